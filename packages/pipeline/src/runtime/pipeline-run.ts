import type { Item } from "../elements/element.ts";
import type { Stage } from "../graph/stage.ts";
import type { ResolvedRunOptions } from "../options/run-options.ts";
import type { IterableQueue } from "../queues/iterable-queue.ts";
import { DemandQueue } from "../queues/lazy-queues.ts";
import { RingBuffer } from "../queues/ring-buffer.ts";
import type { PipelineEvents } from "../stats/run-events.ts";
import type { RunStats } from "../stats/run-stats.ts";
import { showAs } from "../stats/show-as.ts";
import { ControlPlane } from "./control-plane.ts";

type Result = IteratorResult<unknown, undefined>;

type Listener<Name extends keyof PipelineEvents> = (payload: PipelineEvents[Name]) => void;

/**
 * One run of a pipeline: the results, and all there is to know and do about it.
 *
 * @example
 * await using run = pipeline(urls).map(fetchText, { mode: "async", workers: 10 }).start();
 * run.on("drop", ({ index }) => console.warn("lost", index));
 * for await (const text of run) console.log(text.length, run.stats().pulled);
 */
export class PipelineRun<T> implements AsyncIterable<T>, AsyncDisposable {
  readonly #plane: ControlPlane;
  readonly #output: IterableQueue<Item>;
  /** The output queue of a loop, which works only when it is asked to. */
  readonly #demand: DemandQueue | undefined;
  /** What resolves the promises of those that wait for an element. */
  readonly #readers: RingBuffer<(result: Result | Promise<Result>) => void> = new RingBuffer();

  /** @internal */
  constructor(
    name: string,
    end: Stage,
    options: ResolvedRunOptions,
    branchOf: (branch: Stage) => AsyncIterable<unknown>,
  ) {
    this.#plane = new ControlPlane(name, end, options, branchOf);
    this.#output = this.#plane.output;
    this.#demand = this.#output instanceof DemandQueue ? this.#output : undefined;
    this.#output.onOffer = this.#hand;
    this.#output.onEnd = this.#lookForEnd;
  }

  static {
    showAs(PipelineRun, "PipelineRun", (run) => {
      const { name, state, pulled, yielded, stages } = run.stats();
      return { name, state, pulled, yielded, stages: stages.map((stage) => stage.name) };
    });
  }

  /** What holds the run together. */
  get plane(): ControlPlane {
    return this.#plane;
  }

  /** Resolves when the run is over and nothing of it is left; rejects with its error. Never an unhandled rejection. */
  get finished(): Promise<void> {
    return this.#plane.ended;
  }

  /** Counts and times of the run and its stages. Cheap; never waits. */
  stats(): RunStats {
    return this.#plane.stats();
  }

  /**
   * Stops the run and resolves when nothing of it is left. Its reader comes to the end, or, with a reason, gets that.
   *
   * @param reason What the reader shall get.
   */
  stop(reason?: unknown): Promise<void> {
    if (reason !== undefined) this.#plane.abort(reason);
    return this.#plane.stop("break");
  }

  /** The same as `stop()`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  /** Calls a listener whenever something happens in the run. What it throws becomes a process warning. */
  on<Name extends keyof PipelineEvents>(event: Name, listener: Listener<Name>): this {
    this.#plane.events.on(event, listener as (payload: unknown) => void);
    return this;
  }

  /** Calls a listener the next time only. */
  once<Name extends keyof PipelineEvents>(event: Name, listener: Listener<Name>): this {
    this.#plane.events.once(event, listener as (payload: unknown) => void);
    return this;
  }

  /** Calls a listener no more. */
  off<Name extends keyof PipelineEvents>(event: Name, listener: Listener<Name>): this {
    this.#plane.events.off(event, listener as (payload: unknown) => void);
    return this;
  }

  /** Starts the workers now; sources are read from the first `next()` on. */
  start(): this {
    this.#plane.start();
    return this;
  }

  [Symbol.asyncIterator](): AsyncIterator<T, undefined> {
    return {
      next: this.#next,
      return: async () => {
        await this.#leave();
        return { done: true, value: undefined };
      },
    };
  }

  readonly #next = (): Promise<IteratorResult<T, undefined>> => {
    const output = this.#output;
    if (this.#readers.size === 0) {
      const demand = this.#demand;
      if (demand !== undefined && demand.size === 0) {
        demand.wanted = 1;
        this.#plane.isPulling ? demand.onTake?.() : this.#plane.pull();
        demand.wanted = 0;
      }
      const item =
        this.#plane.failure === undefined || this.#plane.options.drainOnError ? output.poll() : undefined;
      if (item !== undefined) {
        this.#plane.delivered();
        return Promise.resolve({ done: false, value: item.value as T });
      }
    }
    const reader = new Promise<Result>(this.#addReader);
    if (this.#demand !== undefined) this.#demand.wanted = this.#readers.size;
    if (this.#plane.isPulling) this.#demand?.onTake?.();
    else this.#plane.pull();
    this.#lookForEnd();
    return reader as Promise<IteratorResult<T, undefined>>;
  };

  // One for all readers.
  readonly #addReader = (resolve: (result: Result | Promise<Result>) => void): void => {
    this.#readers.push(resolve);
  };

  /** Hands an element to the reader that waits longest. What lies in the queue lies there because nobody waits. */
  readonly #hand = (item: Item): boolean => {
    const reader = this.#readers.shift();
    if (reader === undefined) return false;
    this.#plane.delivered();
    if (this.#demand !== undefined) this.#demand.wanted = this.#readers.size;
    reader({ done: false, value: item.value });
    return true;
  };

  readonly #lookForEnd = (): void => {
    if (this.#readers.size > 0 && this.#output.isDone()) void this.#end();
  };

  /** Nothing comes any more: readers hear so when nothing of the run is left. */
  async #end(): Promise<void> {
    await this.#plane.stop("end");
    const { failure } = this.#plane;
    if (failure !== undefined) this.#readers.shift()?.(Promise.reject(failure.error));
    for (let reader = this.#readers.shift(); reader !== undefined; reader = this.#readers.shift())
      reader({ done: true, value: undefined });
  }

  async #leave(): Promise<void> {
    const { failure } = this.#plane;
    await this.#plane.stop("break");
    if (failure === undefined && this.#plane.failure !== undefined) throw this.#plane.failure.error;
  }
}
