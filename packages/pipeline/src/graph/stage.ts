import type { ResolvedStageOptions } from "../options/check-stage-options.ts";

/** What a stage does to an element. */
export type Operation = "map" | "flatMap" | "filter" | "each";

/** A stage that calls a function. */
export interface FunctionStage {
  readonly kind: "function";
  readonly operation: Operation;
  readonly f: unknown;
  readonly options: ResolvedStageOptions;
  /** Starts the pool whose workers call it; undefined where it is called here. */
  readonly makePool: ((facts: never) => object) | undefined;
}

/** A stage that reads something from outside. */
export interface SourceStage {
  readonly kind: "source";
  readonly source: unknown;
  /** Whether it yields elements with their index. */
  readonly isIndexed: boolean;
}

/** All that stages can be. */
export type StageWork =
  | SourceStage
  | FunctionStage
  | { readonly kind: "batch"; readonly size: number; readonly maxWaitMs: number }
  | { readonly kind: "index" }
  | { readonly kind: "ordered"; readonly window: number }
  | { readonly kind: "concat"; readonly order: "arrival" | "source"; readonly maxsize: number }
  | { readonly kind: "tee"; readonly maxsize: number }
  | { readonly kind: "branch"; readonly position: number; readonly count: number }
  | { readonly kind: "through"; readonly transform: (source: AsyncIterable<unknown>) => unknown };

/**
 * One stage: what it does, and the stages that it takes its elements from. A description only; each run builds its own
 * queue and workers of it. Where several stages take from one, each gets every element.
 */
export class Stage {
  readonly name: string;
  readonly work: StageWork;
  readonly upstreams: readonly Stage[];

  constructor(name: string, work: StageWork, upstreams: readonly Stage[]) {
    this.name = name;
    this.work = work;
    this.upstreams = upstreams;
  }
}
