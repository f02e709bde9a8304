import type { ResolvedStageOptions } from "../options/check-stage-options.ts";

/** What a stage does to an element. */
export type Operation = "map" | "flatMap" | "filter" | "each";

/** What is known of a stage's workers before anything is started. */
export interface WorkersPlan {
  /** Starts the pool whose workers call the function. */
  readonly makePool: (facts: never) => object;
  /** Looks whether workers could find the stage's functions; undefined when there is nothing to wait for. */
  readonly check: () => Promise<unknown> | undefined;
}

/** A stage that calls a function. */
export interface FunctionStage {
  readonly kind: "function";
  readonly operation: Operation;
  readonly f: unknown;
  readonly options: ResolvedStageOptions;
  /** Undefined where the function is called here. */
  readonly plan: WorkersPlan | undefined;
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
 *
 * @example
 * const { stage } = pipeline([1, 2]).map((value) => value * 10, { name: "tenfold" });
 * stage.name; // "tenfold"
 * stage.upstreams.map(({ name }) => name); // ["source"]
 */
export class Stage {
  /** In stats, errors and events. */
  readonly name: string;
  /** What it does, and its options. */
  readonly work: StageWork;
  /** The stages that it takes its elements from; none for a source. */
  readonly upstreams: readonly Stage[];

  constructor(name: string, work: StageWork, upstreams: readonly Stage[]) {
    this.name = name;
    this.work = work;
    this.upstreams = upstreams;
  }
}
