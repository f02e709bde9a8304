import { Readable } from "node:stream";
import { ReadableStream } from "node:stream/web";
import { describe, test } from "vitest";
import type { Pool } from "../../src/pool/pool-type.ts";
import { Worker } from "../../src/worker/worker.ts";

interface Row {
  readonly id: number;
}

interface Hooks {
  readonly onRow: (row: Row) => Promise<void>;
  readonly ask?: (question: string) => Promise<boolean> | boolean;
  readonly name: string;
}

class Loader extends Worker {
  readonly #loaded: Row[] = [];

  async check(row: Row, isGood: (row: Row) => Promise<boolean>): Promise<boolean> {
    return isGood(row);
  }

  async notify(onDone: (count: number) => void): Promise<void> {
    onDone(this.#loaded.length);
  }

  async either(isGood: (row: Row) => boolean | Promise<boolean>): Promise<boolean> {
    return await isGood({ id: 1 });
  }

  async hooked(hooks: Hooks, ...more: ((row: Row) => Promise<number>)[]): Promise<void> {
    for (const hook of more) await hook({ id: 1 });
    await hooks.onRow({ id: 1 });
  }

  async load(rows: AsyncIterable<Row>, nested?: { readonly rows: AsyncIterable<Row> }): Promise<number> {
    for await (const row of rows) this.#loaded.push(row);
    for await (const row of nested?.rows ?? []) this.#loaded.push(row);
    return this.#loaded.length;
  }
}

declare const pool: Pool<Loader>;
const row: Row = { id: 1 };

describe("functions as arguments", () => {
  test("one that answers at once stands in for one that answers with a promise", () => {
    pool.check(row, async ({ id }) => id > 0);
    pool.check(row, ({ id }) => id > 0);
    pool.either(({ id }) => id > 0);
    pool.either(async ({ id }) => id > 0);
    pool.notify((count) => console.log(count));
    pool.notify(async (count) => count + 1);
    pool.broadcast.check(row, ({ id }) => id > 0);
    pool.with({ priority: 1 }).check(row, () => true);
  });

  test("also inside plain objects and arrays", () => {
    pool.hooked({ name: "a", onRow: () => {}, ask: () => true }, (given) => given.id);
    pool.hooked({ name: Promise.resolve("a"), onRow: async () => {} }, async (given) => given.id);
  });

  test("they must take and give what the method says", () => {
    // @ts-expect-error: gives something else
    pool.check(row, () => "yes");
    // @ts-expect-error: gives a promise of something else
    pool.check(row, async () => "yes");
    // @ts-expect-error: takes something else
    pool.check(row, (text: string) => text === "");
    // @ts-expect-error: no function
    pool.check(row, true);
    // @ts-expect-error: gives something else, inside an object
    pool.hooked({ name: "a", onRow: () => {}, ask: () => "yes" });
  });
});

describe("iterables as arguments", () => {
  async function* later(): AsyncGenerator<Row> {
    yield row;
  }
  function* now(): Generator<Row, void, unknown> {
    yield row;
  }

  test("whatever can be gone through stands in for an async iterable", () => {
    pool.load(later());
    pool.load(now());
    pool.load([row].values());
    pool.load(new Map([[1, row]]).values());
    pool.load([row]);
    pool.load(new Set([row]));
    pool.load(Readable.from([row]));
    pool.load(new ReadableStream<Row>());
    pool.load(later(), { rows: now() });
  });

  test("its items must be those of the method", () => {
    // @ts-expect-error: other items
    pool.load(["a"].values());
    // @ts-expect-error: other items
    pool.load(new ReadableStream<string>());
    // @ts-expect-error: no iterable
    pool.load(row);
  });
});
