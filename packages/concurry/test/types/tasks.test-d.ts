import { expectTypeOf, test } from "vitest";
import type { Future } from "../../src/future/future.ts";
import { task } from "../../src/tasks/task.ts";
import type { TaskPool } from "../../src/tasks/task-pool.ts";

const square = task((value: number) => value * value, { mode: "process", maxWorkers: 4 });
const fetchPage = task(async (url: string, depth = 1) => ({ url, depth }));
const add = task((left: number, right: number) => left + right);
declare const pool: TaskPool;

test("a task takes what its function takes, or promises of it, and gives a future", () => {
  expectTypeOf(square(7)).toEqualTypeOf<Future<number>>();
  expectTypeOf(square(square(7))).toEqualTypeOf<Future<number>>();
  expectTypeOf(fetchPage("a")).toEqualTypeOf<Future<{ url: string; depth: number }>>();
  expectTypeOf(add(1, Promise.resolve(2))).toEqualTypeOf<Future<number>>();
  // @ts-expect-error: not a number
  void square("7");
  // @ts-expect-error: one too few
  void add(1);
  // @ts-expect-error: one worker only
  task((value: number) => value, { mode: "sync", maxWorkers: 2 });
});

test("map takes anything that gives items", () => {
  expectTypeOf(square.map([1, 2])).toEqualTypeOf<AsyncIterableIterator<number>>();
  expectTypeOf(square.map([square(1), 2])).toEqualTypeOf<AsyncIterableIterator<number>>();
  expectTypeOf(square.map(square.map(new Set([1])))).toEqualTypeOf<AsyncIterableIterator<number>>();
  expectTypeOf(fetchPage.map(["a"], { ordered: false, concurrency: 2 })).toEqualTypeOf<
    AsyncIterableIterator<{ url: string; depth: number }>
  >();
  // @ts-expect-error: not numbers
  square.map(["1"]);
  // @ts-expect-error: its function needs two arguments
  add.map([1]);
  // @ts-expect-error: no such option
  square.map([1], { order: true });
});

test("a pool of functions takes each with its arguments", () => {
  const half = (value: number): number => value / 2;
  expectTypeOf(pool.submit(half, 4)).toEqualTypeOf<Future<number>>();
  expectTypeOf(pool.submit(half, square(2))).toEqualTypeOf<Future<number>>();
  expectTypeOf(pool.submit(square, 2)).toEqualTypeOf<Future<number>>();
  expectTypeOf(pool.map(half, [1])).toEqualTypeOf<AsyncIterableIterator<number>>();
  expectTypeOf(pool.map(square, [1])).toEqualTypeOf<AsyncIterableIterator<number>>();
  // @ts-expect-error: not a number
  void pool.submit(half, "4");
  // @ts-expect-error: one too many
  void pool.submit(half, 4, 5);
  // @ts-expect-error: not numbers
  pool.map(half, ["1"]);
  // @ts-expect-error: workers are not for those who call functions
  pool.workers;
});
