import { describe, expectTypeOf, test } from "vitest";
import type { Future } from "../../src/future/future.ts";
import type { Pool, PoolMethods } from "../../src/pool/pool-type.ts";
import { Worker } from "../../src/worker/worker.ts";

interface Page {
  readonly url: string;
  readonly links: readonly string[];
}

class Crawler extends Worker {
  readonly depth: number;
  readonly #seen = new Set<string>();

  constructor(start: string, depth = 1) {
    super();
    this.depth = depth;
    this.#seen.add(start);
  }

  fetch(url: string): Promise<Page> {
    return Promise.resolve({ url, links: [...this.#seen] });
  }

  count(pages: readonly Page[]): number {
    return pages.length;
  }

  keep(flag: boolean, ...tags: string[]): void {
    if (flag) for (const tag of tags) this.#seen.add(tag);
  }

  index(byUrl: Map<string, Page>, seen: Set<string>): Map<string, number> {
    return new Map([...byUrl].map(([url]) => [url, seen.size]));
  }

  at(when: Date, buffer: Uint8Array, pair: [number, string]): boolean {
    return when.getTime() > buffer.length + pair[0];
  }

  limit(most?: number): number | undefined {
    return most;
  }

  fail(): never {
    throw new Error("always");
  }

  whatever(value: unknown): unknown {
    return value;
  }

  id<T extends string>(value: T): T {
    return value;
  }

  both(value: string): string;
  both(value: number): number;
  both(value: string | number): string | number {
    return value;
  }

  *pages(): Generator<Page> {
    yield { url: "", links: [] };
  }

  async *stream(): AsyncGenerator<Page> {
    yield { url: "", links: [] };
  }

  get size(): number {
    return this.#seen.size;
  }

  onStart(): void {}
  async onStop(): Promise<void> {}
  healthCheck(): boolean {
    return true;
  }
  _inner(): void {}
  private secret(): void {}
  protected guarded(): void {
    this.secret();
  }
  override toString(): string {
    return "a crawler";
  }
  [Symbol.dispose](): void {}
}

declare const pool: Pool<Crawler>;

test("a method returns a future of what it returns, awaited", () => {
  expectTypeOf(pool.fetch("a")).toEqualTypeOf<Future<Page>>();
  expectTypeOf(pool.count([])).toEqualTypeOf<Future<number>>();
  expectTypeOf(pool.keep(true)).toEqualTypeOf<Future<void>>();
  expectTypeOf(pool.fail()).toEqualTypeOf<Future<never>>();
  expectTypeOf(pool.whatever(1)).toEqualTypeOf<Future<unknown>>();
  expectTypeOf(pool.healthCheck()).toEqualTypeOf<Future<boolean>>();
});

test("exactly the public methods are there", () => {
  type Expected =
    | "fetch"
    | "count"
    | "keep"
    | "index"
    | "at"
    | "limit"
    | "fail"
    | "whatever"
    | "id"
    | "both"
    | "pages"
    | "stream"
    | "healthCheck";
  expectTypeOf<keyof PoolMethods<Crawler>>().toEqualTypeOf<Expected>();
  // @ts-expect-error: a field is no method
  pool.depth;
  // @ts-expect-error: a getter is no method
  pool.size;
  // @ts-expect-error: the framework calls it
  pool.onStart();
  // @ts-expect-error: not public by its name
  pool._inner();
  // @ts-expect-error: a pool is no promise
  pool.then;
});

describe("arguments", () => {
  test("each may be a promise or a future of its value", () => {
    pool.fetch(Promise.resolve("a"));
    pool.count(Promise.resolve([]));
    pool.limit(pool.count([]));
    pool.keep(Promise.resolve<boolean>(true), "a", Promise.resolve("b"));
    // @ts-expect-error: a promise of something else
    pool.fetch(Promise.resolve(1));
    // @ts-expect-error: one too many
    pool.fetch("a", "b");
    // @ts-expect-error: one too few
    pool.fetch();
  });

  test("arrays, tuples, plain objects, maps and sets may hold promises", () => {
    pool.count([pool.fetch("a"), { url: Promise.resolve("b"), links: [Promise.resolve("c")] }]);
    pool.index(new Map([["a", pool.fetch("a")]]), new Set([Promise.resolve("a")]));
    pool.index(Promise.resolve(new Map<string, Page>()), new Set(["a"]));
    pool.at(new Date(), new Uint8Array(1), [Promise.resolve(1), "a"]);
    // @ts-expect-error: a promise of something else, deep inside
    pool.count([{ url: Promise.resolve(1), links: [] }]);
    // @ts-expect-error: a field that isn't there
    pool.count([{ url: "a", links: [], title: "b" }]);
  });

  test("class instances and buffers are passed whole", () => {
    pool.at(Promise.resolve(new Date()), Promise.resolve(new Uint8Array(1)), [1, "a"]);
    // @ts-expect-error: no promises inside a date
    pool.at({ getTime: () => Promise.resolve(1) }, new Uint8Array(1), [1, "a"]);
  });

  test("optional ones may be left out", () => {
    pool.limit();
    pool.limit(undefined);
    expectTypeOf(pool.limit(1)).toEqualTypeOf<Future<number | undefined>>();
  });
});

test("types that contain themselves are no trap", () => {
  type Json = string | number | boolean | null | Json[] | { [name: string]: Json };
  interface Tree {
    readonly value: number;
    readonly children: readonly Tree[];
    readonly parent?: Tree;
  }
  class Storer extends Worker {
    store(value: Json): Json {
      return value;
    }
    total(tree: Tree): number {
      return tree.value;
    }
    // biome-ignore lint/suspicious/noExplicitAny: a method of untyped code.
    loose(values: any[]): any {
      return values;
    }
  }
  const storer = {} as Pool<Storer>;
  storer.store({ a: [Promise.resolve(1), { b: Promise.resolve("c") }] });
  storer.total({ value: Promise.resolve(1), children: [Promise.resolve({ value: 1, children: [] })] });
  expectTypeOf(storer.loose([1])).resolves.toBeAny();
  // @ts-expect-error: dates aren't JSON
  storer.store(new Date());
});

test("what the language can't say: generics become their constraint, of overloads the last counts", () => {
  expectTypeOf(pool.id("a")).toEqualTypeOf<Future<string>>();
  expectTypeOf(pool.both(1)).toEqualTypeOf<Future<number>>();
  // @ts-expect-error: an overload that isn't the last
  pool.both("a");
  // The first signature that fits counts.
  const typed = pool as { id<T extends string>(value: T): Future<T> } & Pool<Crawler>;
  expectTypeOf(typed.id("a")).toEqualTypeOf<Future<"a">>();
});

test("inside functions that are generic over the worker a pool keeps its members", () => {
  async function end<T extends Worker>(some: Pool<T>): Promise<number> {
    await some.stop({ mode: "cancel" });
    return some.getPoolStats().completed;
  }
  expectTypeOf(end<Crawler>).toBeCallableWith(pool);
});

describe("members", () => {
  test("workers and broadcast have the methods, too", () => {
    expectTypeOf(pool.workers[0]?.count([])).toEqualTypeOf<Future<number> | undefined>();
    expectTypeOf(pool.broadcast.count([])).toEqualTypeOf<Promise<number[]>>();
  });

  test("listeners know what they get", () => {
    pool.on("workerExit", ({ exitCode, signal }) => {
      expectTypeOf(exitCode).toEqualTypeOf<number | null>();
      expectTypeOf(signal).toEqualTypeOf<string | null>();
    });
    expectTypeOf(pool.once("stop", () => {})).toEqualTypeOf<typeof pool>();
    // @ts-expect-error: no such event
    pool.on("workerExits", () => {});
  });

  test("stop knows its options", () => {
    expectTypeOf(pool.stop({ mode: "drain", timeoutMs: 0 })).toEqualTypeOf<Promise<void>>();
    expectTypeOf(pool[Symbol.asyncDispose]()).toEqualTypeOf<Promise<void>>();
    // @ts-expect-error: no such mode
    void pool.stop({ mode: "now" });
  });
});
