import { Stage, type StageWork } from "../graph/stage.ts";

/** A stage that has no source yet. */
export interface Draft {
  readonly name: string;
  readonly work: StageWork;
}

/** The stage of a draft that takes from these. */
export function stageOf({ name, work }: Draft, upstreams: readonly Stage[]): Stage {
  return new Stage(name, work, upstreams);
}
