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
  const run = known ?? new SharedRun(tee, count, tee.work.maxsize);
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
  #hasStarted = false;

  constructor(tee: Stage, count: number, maxsize: number) {
    const indexed = new Stage("withIndex", { kind: "index" }, tee.upstreams);
    this.#run = new PipelineRun(tee.name, indexed, resolveRunOptions("tee()"), branchOf);
    this.#queues = Array.from({ length: count }, () => new IterableQueue<Element<unknown>>({ maxsize }));
    this.#outputs = new OutputQueues(this.#queues);
    this.#free = new Set(this.#queues.keys());
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
        if (this.#outputs.room === Number.NEGATIVE_INFINITY) break;
      }
      this.#outputs.workerDone();
    } catch (error) {
      for (const queue of this.#queues) queue.raise(error);
    }
  }

  async #patiently(wait: Promise<void>): Promise<void> {
    const timer = setInterval(() => {
      const branch = this.#queues.findIndex(({ room }, position) => room <= 0 && this.#free.has(position));
      if (branch < 0) return;
      const error = new PipelineStalledError(
        `Branch ${branch} of a tee is full, and nobody has read it for ${STALL_MS} ms: read all branches at once, or give tee a larger maxsize.`,
        { branch },
      );
      void this.#run.stop();
      for (const queue of this.#queues) queue.raise(error);
    }, STALL_MS);
    try {
      await wait;
    } finally {
      clearInterval(timer);
    }
  }
}
