import { setImmediate as turn } from "node:timers/promises";
import { NO_ARGUMENT, USUAL_CREDIT } from "../protocol/frame.ts";
import { isThenable } from "../protocol/thenable.ts";
import { type Deferred, deferred } from "../util/deferred.ts";
import { type RunInContext, runInAsyncContext } from "./call-context.ts";
import type { Replies } from "./replies.ts";
import type { Method } from "./run-method.ts";
import type { RunningCall } from "./running-call.ts";

// So long items are made at a stretch: then the event loop has its turn, whatever the generator does.
const TURN_MS = 0.5;

type AnyIterator = Record<"next" | "return", Method | undefined>;
type Step = IteratorResult<unknown, unknown>;

interface Iterables {
  [Symbol.asyncIterator]?(): AnyIterator;
  [Symbol.iterator](): AnyIterator;
}

/** A generator method while it runs: sends its items as they are made, never more than there is credit for. */
export class StreamRun {
  readonly call: RunningCall;
  readonly #iterator: AnyIterator;
  readonly #isAsync: boolean;
  readonly #replies: Replies;
  readonly #runInContext: RunInContext;
  #credit: number;
  /** True once the generator is told to end for a consumer who has left. */
  isEnding = false;
  /** Somebody wants no more items. */
  #isLeft = false;
  /** What the run waits for when it has no credit. */
  #more: Deferred | undefined;
  #turnAt = 0;

  constructor(
    call: RunningCall,
    made: unknown,
    { replies, runInContext }: { readonly replies: Replies; readonly runInContext: RunInContext },
    credit: number = USUAL_CREDIT,
  ) {
    const asyncIterator = (made as Iterables)[Symbol.asyncIterator]?.();
    this.call = call;
    this.#isAsync = asyncIterator !== undefined;
    this.#iterator = asyncIterator ?? (made as Iterables)[Symbol.iterator]();
    this.#replies = replies;
    // Beside its caller, what awaits goes on when the caller is at something else.
    this.#runInContext = this.#isAsync && call.worker.isInline ? runInAsyncContext : runInContext;
    this.#credit = credit;
  }

  /** So many items more may be made. */
  grant(items: number): void {
    this.#credit += items;
    this.#more?.resolve();
  }

  /** Nobody wants the items any more: the generator runs its `finally`, as soon as it has made the one it is at. */
  leave(): void {
    this.#isLeft = true;
    this.#more?.resolve();
  }

  /**
   * Resolves to what the generator returns.
   *
   * @throws What it throws; a `SerializationError` for an item that can't be sent.
   */
  async run(): Promise<unknown> {
    let ending: unknown;
    try {
      ending = await this.#sendItems();
    } catch (thrown) {
      // Of those who have left nobody cares what it did ahead of them.
      if (!this.#isLeft) {
        await this.#close().catch(() => {});
        throw thrown;
      }
    }
    if (!this.#isLeft) return ending;
    this.isEnding = true;
    await this.#close();
    return undefined;
  }

  async #sendItems(): Promise<unknown> {
    this.#turnAt = performance.now();
    while (true) {
      if (this.#credit === 0 && !this.#isLeft) await this.#untilMore();
      if (this.#isLeft) return undefined;
      const made = this.#step(this.#iterator.next as Method);
      const { done, value } = (this.#isAsync ? await made : made) as Step;
      // As `for await` does: a plain generator may yield promises, an async one has awaited them.
      const item = !this.#isAsync && isThenable(value) ? await value : value;
      if (done) return item;
      if (this.#isLeft) return undefined;
      this.#credit -= 1;
      this.#replies.item(this.call, item);
      const pause = this.#pause();
      if (pause !== undefined) await pause;
    }
  }

  /** Undefined where the next item may be made at once. */
  #pause(): Promise<void> | undefined {
    const now = performance.now();
    if (now - this.#turnAt >= TURN_MS) return this.#takeTurn(now);
    if (this.#isAsync) this.#replies.flushSoon();
    this.#replies.flushIfDue(now);
    return undefined;
  }

  async #takeTurn(now: number): Promise<void> {
    this.#replies.flush(now);
    await turn();
    this.#turnAt = performance.now();
  }

  async #untilMore(): Promise<void> {
    this.#more = deferred();
    // The consumer may be told of its items, and give credit, before this is over.
    this.#replies.flush(performance.now());
    await this.#more.promise;
    this.#more = undefined;
    this.#turnAt = performance.now();
  }

  /** What is left of a generator: its `finally`. */
  async #close(): Promise<void> {
    const { return: end } = this.#iterator;
    if (end !== undefined) await this.#step(end);
  }

  #step(method: Method): unknown {
    return this.#runInContext(this.call, method, this.#iterator, NO_ARGUMENT, undefined);
  }
}
