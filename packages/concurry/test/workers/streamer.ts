import { setTimeout as wait } from "node:timers/promises";
import { callContext, type Pool, transfer, Worker } from "concurry";

/** What a test may know of a worker's generators. */
export interface Seen {
  /** Items made so far. */
  readonly made: number;
  /** Generators whose `finally` has run. */
  readonly ended: number;
  readonly aborted: number;
}

/** Generator methods of every kind. Concurrency 1 would keep `seen()` from being called: a broadcast isn't kept. */
export class Streamer extends Worker {
  #made = 0;
  #ended = 0;
  #aborted = 0;

  seen(): Seen {
    return { made: this.#made, ended: this.#ended, aborted: this.#aborted };
  }

  *count(to: number): Generator<number, string> {
    try {
      for (let number = 1; number <= to; number++) {
        this.#made += 1;
        yield number;
      }
      return "all";
    } finally {
      this.#ended += 1;
    }
  }

  async *countLater(to: number, everyMs = 0): AsyncGenerator<number, string> {
    try {
      for (let number = 1; number <= to; number++) {
        if (everyMs > 0) await wait(everyMs);
        this.#made += 1;
        yield number;
      }
      return "all";
    } finally {
      await null;
      this.#ended += 1;
    }
  }

  /** Never ends, and never waits. */
  *forever(): Generator<number> {
    yield* this.count(Number.POSITIVE_INFINITY);
  }

  async *foreverLater(): AsyncGenerator<number> {
    yield* this.countLater(Number.POSITIVE_INFINITY);
  }

  *promises(): Generator<Promise<string> | string> {
    yield Promise.resolve("promised");
    yield "plain";
    yield Promise.reject(new RangeError("not kept"));
  }

  *values(list: readonly unknown[]): Generator<unknown> {
    yield* list;
  }

  async *valuesLater(list: readonly unknown[]): AsyncGenerator<unknown> {
    yield* list;
  }

  // biome-ignore lint/correctness/useYield: one that has no items.
  *returning(value: unknown): Generator<never, unknown> {
    return value;
  }

  *failAfter(items: number): Generator<number> {
    yield* this.count(items);
    throw Object.assign(new RangeError(`after ${items}`), { items });
  }

  *dieAtTheEnd(): Generator<number> {
    try {
      while (true) yield 1;
    } finally {
      process.exit(7);
    }
  }

  *failAtTheEnd(): Generator<number> {
    try {
      while (true) yield 1;
    } finally {
      // biome-ignore lint/correctness/noUnsafeFinally: that is what is tested.
      throw new RangeError("while it ended");
    }
  }

  *uncloneable(): Generator<unknown> {
    try {
      yield 1;
      yield { inner: () => 1 };
    } finally {
      this.#ended += 1;
    }
  }

  /** A generator of a method that is none. */
  disguised(): unknown {
    return this.count(1);
  }

  async *dieAfter(items: number): AsyncGenerator<number> {
    yield* this.countLater(items);
    // So that the items are out.
    await wait(50);
    process.exit(7);
  }

  /** Yields once, and then waits for what never comes, unless it is told to end. */
  async *stuck(obeys: boolean): AsyncGenerator<number> {
    const { signal } = callContext();
    signal.addEventListener("abort", () => {
      this.#aborted += 1;
    });
    try {
      yield 1;
      this.#made += 1;
      await new Promise<void>((resolve) => {
        if (obeys) signal.addEventListener("abort", () => resolve());
        else setInterval(() => {}, 1000);
      });
      yield 2;
    } finally {
      this.#ended += 1;
    }
  }

  /** Yields once, and throws once it is told to end: ahead of its consumer. */
  async *failWhenLeft(): AsyncGenerator<number> {
    const { signal } = callContext();
    const aborted = new Promise((resolve) => signal.addEventListener("abort", resolve));
    try {
      yield 1;
      this.#made += 1;
      await aborted;
      throw new RangeError("ahead");
    } finally {
      this.#ended += 1;
    }
  }

  *context(): Generator<{ method: string; attempt: number; callId: number }> {
    for (let round = 0; round < 3; round++) {
      const { method, attempt, callId } = callContext();
      yield { method, attempt, callId };
    }
  }

  async *contextLater(): AsyncGenerator<{ method: string; attempt: number; callId: number }> {
    for (let round = 0; round < 3; round++) {
      await wait(1);
      const { method, attempt, callId } = callContext();
      yield { method, attempt, callId };
    }
  }

  *failUntil(attempt: number, itemsBefore: number): Generator<string> {
    const { attempt: current } = callContext();
    for (let item = 0; item < itemsBefore; item++) yield `early ${current}`;
    if (current < attempt) throw new Error(`attempt ${current}`);
    yield `attempt ${current}`;
  }

  *buffers(count: number): Generator<ArrayBuffer> {
    for (let index = 0; index < count; index++) {
      const buffer = new Uint8Array([index]).buffer;
      yield transfer(buffer, [buffer]);
    }
  }

  plain(value: number): number {
    return value;
  }
}

/** Passes on what another pool makes. */
export class Relay extends Worker {
  #inner: Pool<Streamer> | undefined;

  onStart(): void {
    this.#inner = Streamer.options({ mode: "thread" }).init();
  }

  async sum(to: number): Promise<number> {
    let sum = 0;
    for await (const number of this.inner().count(to)) sum += number;
    return sum;
  }

  async *evens(to: number): AsyncGenerator<number> {
    for await (const number of this.inner().count(to)) if (number % 2 === 0) yield number;
  }

  innerSeen(): Promise<Seen[]> {
    return this.inner().broadcast.seen();
  }

  private inner(): Pool<Streamer> {
    if (this.#inner === undefined) throw new Error("not started");
    return this.#inner;
  }
}
