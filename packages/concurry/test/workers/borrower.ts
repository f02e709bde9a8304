import { callContext, registerError, type TimeoutError, Worker } from "concurry";

/** Known on both sides as a class. */
export class BorrowError extends Error {
  override readonly name: string = "BorrowError";
}
registerError(BorrowError);

/** Exported by the module of the class only. */
export class ExportedError extends Error {
  override readonly name: string = "ExportedError";
  readonly left: number = 3;
}

export type Lent<Given = unknown, Result = unknown> = (...values: Given[]) => Promise<Result>;

/** Functions in places of all kinds. */
export interface Nested {
  readonly list: readonly (readonly Lent[])[];
  readonly plain: { readonly deep: { readonly ask: Lent } };
  readonly map: ReadonlyMap<string, Lent>;
  readonly set: ReadonlySet<Lent>;
  readonly when: Date;
}

/** Uses what its callers lend: functions and iterables. */
export class Borrower extends Worker {
  #kept: Lent | undefined;
  #items: AsyncIterator<unknown> | undefined;
  readonly #failures: unknown[] = [];

  /** Waits for what the function gives. */
  async ask(lent: Lent, ...values: unknown[]): Promise<unknown> {
    return lent(...values);
  }

  async askAll(functions: readonly Lent[], value: unknown): Promise<unknown[]> {
    return Promise.all(functions.map((lent) => lent(value)));
  }

  /** A stream of what the function makes of the items. */
  async *mapped(items: AsyncIterable<unknown>, lent: Lent): AsyncGenerator<unknown> {
    for await (const item of items) yield await lent(item);
  }

  /** Waits for the function, and calls it once more at its end. */
  async *farewell(lent: Lent): AsyncGenerator<number> {
    try {
      yield 1;
      await lent("waiting");
    } finally {
      await lent("farewell");
    }
  }

  *numbers(count: number, lent: Lent): Generator<number> {
    void lent("begun");
    for (let number = 1; number <= count; number += 1) yield number;
    void lent("done");
  }

  /** What the function rejects with, as it looks here. */
  async failure(lent: Lent): Promise<unknown[]> {
    try {
      return [await lent(), "nothing"];
    } catch (error) {
      const known = error as BorrowError;
      return [known instanceof BorrowError, known instanceof ExportedError, known.name, known.message, known];
    }
  }

  async askNested({ list, plain, map, set, when }: Nested): Promise<unknown[]> {
    const [first] = set;
    return [
      await list[0]?.[0]?.(1),
      await plain.deep.ask(2),
      await map.get("key")?.(3),
      await first?.(4),
      when.getTime(),
    ];
  }

  same(one: Lent, other: { readonly also: Lent }): boolean {
    return one === other.also && typeof one === "function";
  }

  /** Calls the function so many times, and waits for none. */
  notify(lent: Lent, count: number): number {
    for (let index = 0; index < count; index += 1) void lent(index);
    return count;
  }

  keep(lent: Lent): void {
    this.#kept = lent;
  }

  /** Uses what an earlier call was lent. */
  async kept(): Promise<unknown> {
    return this.#kept?.("late");
  }

  async failUntil(attempt: number, lent: Lent): Promise<unknown> {
    const { attempt: current } = callContext();
    const answer = await lent(current);
    if (current < attempt) throw new BorrowError(`attempt ${current}`);
    return answer;
  }

  async sum(items: AsyncIterable<number>): Promise<number> {
    let sum = 0;
    for await (const item of items) sum += item;
    return sum;
  }

  async collect(items: AsyncIterable<unknown>): Promise<unknown[]> {
    const collected: unknown[] = [];
    for await (const item of items) collected.push(item);
    return collected;
  }

  async collectNested({ sources }: { sources: readonly AsyncIterable<unknown>[] }): Promise<unknown[]> {
    return Promise.all(sources.map((source) => this.collect(source)));
  }

  /** Leaves the loop after so many items. */
  async take(items: AsyncIterable<unknown>, count: number): Promise<unknown[]> {
    const taken: unknown[] = [];
    for await (const item of items) {
      taken.push(item);
      if (taken.length === count) break;
    }
    return taken;
  }

  /** Begins, and then fails, without leaving the iterable in order. */
  async beginAndFail(items: AsyncIterable<unknown>): Promise<never> {
    await items[Symbol.asyncIterator]().next();
    throw new BorrowError(`attempt ${callContext().attempt}`);
  }

  /** Fails in all attempts before the given one, without a look at the items. */
  async sumInAttempt(attempt: number, items: AsyncIterable<number>): Promise<number> {
    if (callContext().attempt < attempt) throw new BorrowError("not yet");
    return this.sum(items);
  }

  leaveAlone(_items: unknown): string {
    return "left alone";
  }

  kindOf(value: unknown): string {
    return Object.prototype.toString.call(value);
  }

  async keepItems(items: AsyncIterable<unknown>): Promise<unknown> {
    this.#items = items[Symbol.asyncIterator]();
    return (await this.#items.next()).value;
  }

  async nextOfKept(): Promise<unknown> {
    return this.#items?.next();
  }

  /** Takes one item, tells the caller, and then waits for an answer; remembers what came in its place. */
  async takeAndAsk(items: AsyncIterable<unknown> | undefined, lent: Lent): Promise<unknown> {
    if (items !== undefined) await items[Symbol.asyncIterator]().next();
    try {
      return await lent("begun");
    } catch (error) {
      this.#failures.push(error);
      throw error;
    }
  }

  failures(): { name: string; code: unknown }[] {
    return this.#failures.map((error) => {
      const { name, code } = error as TimeoutError;
      return { name, code };
    });
  }

  /** Dies at its second item. */
  async die(items: AsyncIterable<unknown>): Promise<void> {
    let count = 0;
    for await (const _ of items) {
      count += 1;
      if (count === 2) process.exit(7);
    }
  }

  async dieAsking(lent: Lent): Promise<void> {
    void lent();
    await lent();
    process.exit(7);
  }

  /** Calls the function with something that can't be sent. */
  async askWithFunction(lent: Lent): Promise<unknown> {
    return lent({ inner: [() => 1] });
  }

  /** Gives a function back, which can't be sent. */
  giveBack(lent: Lent): Lent {
    return lent;
  }
}
