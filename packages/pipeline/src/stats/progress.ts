import { ProgressBar } from "concurry";
import type { Stage } from "../graph/stage.ts";
import type { Graph } from "../graph/walk-graph.ts";
import type { RunProgressOptions } from "../options/run-options.ts";
import type { StageCounters } from "./stage-counters.ts";

// What moves while nothing comes out: a stage in the middle, an `each` at the end.
const LOOK_MS = 100;

/** What the bars of a run show. */
export interface ShownRun {
  readonly name: string;
  readonly graph: Graph;
  /** The stage whose results the reader gets. */
  readonly end: Stage;
  readonly countersOf: (stage: Stage) => StageCounters | undefined;
  /** Elements that the reader got. */
  readonly delivered: () => number;
}

interface Shown {
  readonly bar: ProgressBar;
  readonly count: () => number;
  shown: number;
}

/** The bars of one run: one for its results and, if wanted, one for each stage that calls a function. */
export class RunBars {
  readonly #results: Shown;
  readonly #stages: readonly Shown[];
  readonly #timer: NodeJS.Timeout;

  constructor(run: ShownRun, { perStage = false, ...options }: RunProgressOptions) {
    const { name, graph, end, countersOf } = run;
    const totals = totalsOf(graph);
    const show = (count: () => number, description: string, total: number | undefined): Shown => {
      const known = total === undefined ? {} : { total };
      return { bar: new ProgressBar({ description, ...known, ...options }), count, shown: 0 };
    };
    this.#stages = (perStage ? graph.stages : []).flatMap((stage) => {
      const counters = countersOf(stage);
      if (counters === undefined) return [];
      return [show(() => counters.completed, stage.name, sum(stage.upstreams, totals))];
    });
    // What yields nothing is done with its elements all the same.
    const last = isEach(end) ? countersOf(end) : undefined;
    this.#results = show(() => last?.completed ?? run.delivered(), name, totals.get(end));
    this.#timer = setInterval(() => this.look(), LOOK_MS).unref();
  }

  /** Moves the bars to where the run is. */
  look(): void {
    for (const shown of [...this.#stages, this.#results]) {
      const more = shown.count() - shown.shown;
      if (more === 0) continue;
      shown.shown += more;
      shown.bar.update(more);
    }
  }

  /** The run is over: it came to its end, was left, or failed. */
  end(hasEnded: boolean, failure: { readonly error: unknown } | undefined): void {
    clearInterval(this.#timer);
    this.look();
    for (const { bar } of [...this.#stages, this.#results]) {
      if (failure !== undefined && bar === this.#results.bar) bar.failure(failure.error);
      else if (failure === undefined && hasEnded) bar.success();
      else bar.stop();
    }
  }
}

/** How many elements come out of each stage at the most, where the sources say how many they have. */
function totalsOf({ stages }: Graph): ReadonlyMap<Stage, number | undefined> {
  const totals = new Map<Stage, number | undefined>();
  for (const stage of stages) totals.set(stage, totalOf(stage, totals));
  return totals;
}

function totalOf(
  { work, upstreams }: Stage,
  totals: ReadonlyMap<Stage, number | undefined>,
): number | undefined {
  if (work.kind === "source") return sizeOf(work.source);
  if (work.kind === "batch" || work.kind === "through") return undefined;
  if (work.kind === "function" && work.operation === "flatMap") return undefined;
  return sum(upstreams, totals);
}

function sum(
  upstreams: readonly Stage[],
  totals: ReadonlyMap<Stage, number | undefined>,
): number | undefined {
  let all = 0;
  for (const stage of upstreams) {
    const total = totals.get(stage);
    if (total === undefined) return undefined;
    all += total;
  }
  return all;
}

function isEach({ work }: Stage): boolean {
  return work.kind === "function" && work.operation === "each";
}

/** How many elements a source has, where it says so; the `length` of a function tells of its parameters. */
function sizeOf(source: unknown): number | undefined {
  if (typeof source === "function") return undefined;
  const { length, size } = Object(source) as { readonly length?: unknown; readonly size?: unknown };
  return [length, size].find(
    (value): value is number => Number.isSafeInteger(value) && (value as number) >= 0,
  );
}
