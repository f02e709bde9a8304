import type { Stage } from "./stage.ts";

/** One use of a stage by another: `input` is its place among those that the consumer takes from. */
export interface Link {
  readonly from: Stage;
  readonly to: Stage;
  readonly input: number;
}

/** The stages that a run needs. */
export interface Graph {
  /** Each once, every stage after those that it takes from. */
  readonly stages: readonly Stage[];
  /** The links out of a stage, in the order in which its consumers use it. */
  outputs(stage: Stage): readonly Link[];
}

/** All stages that lead to these, each once. */
export function walkGraph(ends: readonly Stage[]): Graph {
  const stages = new Set<Stage>();
  const links = new Map<Stage, Link[]>();
  const visit = (stage: Stage): void => {
    if (stages.has(stage)) return;
    for (const [input, from] of stage.upstreams.entries()) {
      visit(from);
      const known = links.get(from);
      if (known === undefined) links.set(from, [{ from, to: stage, input }]);
      else known.push({ from, to: stage, input });
    }
    stages.add(stage);
  };
  for (const stage of ends) visit(stage);
  return { stages: [...stages], outputs: (stage) => links.get(stage) ?? [] };
}
