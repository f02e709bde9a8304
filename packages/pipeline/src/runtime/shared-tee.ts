import type { Element } from "../elements/element.ts";
import { PipelineStalledError } from "../errors/stage-errors.ts";
import { Stage } from "../graph/stage.ts";
import { resolveRunOptions } from "../options/run-options.ts";
import { IterableQueue } from "../queues/iterable-queue.ts";
import { OutputQueues } from "../queues/output-queues.ts";
import { PipelineRun } from "./pipeline-run.ts";

/** Milliseconds that the others wait for a branch that nobody reads. */
const STALL_MS = 5000;

/** Runs of what is before a `tee`, of which some branches have not been read yet. */
const shared = new WeakMap<Stage, Set<SharedRun>>();

/** The elements of one branch of a `tee` whose branches are iterated apart: they share one run. */
export function branchOf(branch: Stage): AsyncIterable<Element<unknown>> {
  const [tee] = branch.upstreams;
  if (tee?.work.kind !== "tee" || branch.work.kind !== "branch")
    throw new Error(`"${branch.name}" is no branch of a tee`);
  const runs = shared.get(tee) ?? new Set<SharedRun>();
  shared.set(tee, runs);
  const { position, count } = branch.work;
  const known = [...runs].find((run) => run.isFree(position));
  // It was taken from all of them: those that are over wait for the other branches in vain.
  if (known === undefined) for (const run of runs) if (run.isOver) runs.delete(run);
  const run = known ?? new SharedRun(tee, count, tee.work.maxsize, (failed) => runs.delete(failed));
  runs.add(run);
  const elements = run.attach(position);
  if (run.isTaken) runs.delete(run);
  return elements;
}

/** One run of what is before a `tee`, and a queue for each branch. */
class SharedRun {
  readonly #run: PipelineRun<Element<unknown>>;
  readonly #queues: readonly IterableQueue<Element<unknown>>[];
  readonly #outputs: OutputQueues<Element<unknown>>;
  readonly #free: Set<number>;
  readonly #onFailed: (run: SharedRun) => void;
  #hasStarted = false;
  #isOver = false;

  constructor(tee: Stage, count: number, maxsize: number, onFailed: (run: SharedRun) => void) {
    this.#onFailed = onFailed;
    const indexed = new Stage("withIndex", { kind: "index" }, tee.upstreams);
    this.#run = new PipelineRun(tee.name, indexed, resolveRunOptions("tee()"), branchOf);
    this.#queues = Array.from({ length: count }, () => new IterableQueue<Element<unknown>>({ maxsize }));
    this.#outputs = new OutputQueues(this.#queues);
    this.#free = new Set(this.#queues.keys());
    for (const queue of this.#queues) queue.onKill = () => this.#lookWhoReads();
  }

  /** True when no element comes any more. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** True once each branch is read. */
  get isTaken(): boolean {
    return this.#free.size === 0;
  }

  isFree(position: number): boolean {
    return this.#free.has(position);
  }

  attach(position: number): AsyncIterable<Element<unknown>> {
    this.#free.delete(position);
    if (!this.#hasStarted) void this.#pass();
    this.#hasStarted = true;
    return this.#queues[position] as IterableQueue<Element<unknown>>;
  }

  /** Passes elements on until they end, or no branch is read any more. */
  async #pass(): Promise<void> {
    try {
      for await (const element of this.#run) {
        const wait = this.#outputs.put(element);
        if (wait !== undefined) await this.#patiently(wait);
      }
      this.#isOver = true;
      this.#outputs.workerDone();
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    // First: who reads on begins anew.
    this.#onFailed(this);
    for (const queue of this.#queues) queue.raise(error);
  }

  #lookWhoReads(): void {
    if (this.#outputs.room === Number.NEGATIVE_INFINITY) void this.#run.stop();
  }

  async #patiently(wait: Promise<void>): Promise<void> {
    const timer = setInterval(() => {
      const branch = this.#queues.findIndex(({ room }, position) => room <= 0 && this.#free.has(position));
      if (branch < 0) return;
      const error = new PipelineStalledError(
        `Branch ${branch} of a tee is full, and nobody has read it for ${STALL_MS} ms: read all branches at once, or give tee a larger maxsize.`,
        { branch },
      );
      this.#fail(error);
    }, STALL_MS);
    try {
      await wait;
    } finally {
      clearInterval(timer);
    }
  }
}
