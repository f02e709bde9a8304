import { expectTypeOf, test } from "vitest";
import type { Future } from "../../src/future/future.ts";
import type { Stream } from "../../src/future/stream.ts";
import type { Pool } from "../../src/pool/pool-type.ts";
import { Worker } from "../../src/worker/worker.ts";

test("a generator method returns the stream of its items", () => {
  class Maker extends Worker {
    *plain(): Generator<number, string> {
      yield 1;
      return "end";
    }
    async *later(): AsyncGenerator<number, string> {
      yield 1;
      return "end";
    }
    *inferred(word: string) {
      yield word;
    }
    *promised(): Generator<Promise<number>> {
      yield Promise.resolve(1);
    }
    async *wide(): AsyncIterable<number> {
      yield 1;
    }
    async *iterator(): AsyncIterableIterator<number> {
      yield 1;
    }
    list(): Iterable<number> {
      return [1];
    }
    set(): Set<number> {
      return new Set();
    }
  }
  const maker = {} as Pool<Maker>;
  expectTypeOf(maker.plain()).toEqualTypeOf<Stream<number, string>>();
  expectTypeOf(maker.later()).toEqualTypeOf<Stream<number, string>>();
  expectTypeOf(maker.inferred).toEqualTypeOf<(word: string | PromiseLike<string>) => Stream<string, void>>();
  expectTypeOf(maker.promised()).toEqualTypeOf<Stream<number>>();
  expectTypeOf(maker.wide()).toEqualTypeOf<Stream<number>>();
  expectTypeOf(maker.iterator()).toEqualTypeOf<Stream<number>>();
  expectTypeOf(maker.with({ highWaterMark: 4 }).wide()).toEqualTypeOf<Stream<number>>();
  expectTypeOf(maker.workers[0]?.wide()).toEqualTypeOf<Stream<number> | undefined>();
  // Lists are values like any other.
  expectTypeOf(maker.list()).toEqualTypeOf<Future<Iterable<number>>>();
  expectTypeOf(maker.set()).toEqualTypeOf<Future<Set<number>>>();
  // @ts-expect-error: a stream can't be broadcast
  maker.broadcast.plain();
});

test("a stream is an async generator, with what a future has besides", () => {
  const items = {} as Stream<number, string>;
  expectTypeOf(items).toExtend<AsyncGenerator<number, string>>();
  expectTypeOf(items).toExtend<AsyncGenerator<number, string, undefined>>();
  expectTypeOf(items).toExtend<AsyncIterable<number>>();
  expectTypeOf(items.next()).toEqualTypeOf<Promise<IteratorResult<number, string>>>();
  expectTypeOf(items.cancel("why")).toEqualTypeOf<boolean>();
  expectTypeOf(items.status).toEqualTypeOf<Future<number>["status"]>();
});
