import { expectTypeOf, test } from "vitest";
import { asCompleted } from "../../src/future/as-completed.ts";
import type { Future } from "../../src/future/future.ts";
import { gather } from "../../src/future/gather.ts";
import { wait } from "../../src/future/wait.ts";

declare const number: Future<number>;
declare const text: Future<string>;
declare const numbers: readonly Future<number>[];
interface Page {
  readonly title: Future<string>;
  readonly size: Promise<number>;
}
declare const page: Page;

test("gather keeps the shape of what it is given", async () => {
  expectTypeOf(await gather([number, text, true])).toEqualTypeOf<[number, string, boolean]>();
  expectTypeOf(await gather(numbers)).toEqualTypeOf<number[]>();
  expectTypeOf(await gather(new Set([text]))).toEqualTypeOf<string[]>();
  expectTypeOf(await gather({ number, text })).toEqualTypeOf<{ number: number; text: string }>();
  expectTypeOf(await gather(page)).toEqualTypeOf<{ title: string; size: number }>();
});

test("gather's values may be errors only when they are asked for", async () => {
  expectTypeOf(await gather([number, text], { returnExceptions: true })).toEqualTypeOf<
    [number | Error, string | Error]
  >();
  expectTypeOf(await gather(page, { returnExceptions: true })).toEqualTypeOf<{
    title: string | Error;
    size: number | Error;
  }>();
  expectTypeOf(await gather(numbers, { returnExceptions: false, timeoutMs: 1 })).toEqualTypeOf<number[]>();
  expectTypeOf(await gather(numbers, { returnExceptions: Date.now() > 0 })).toEqualTypeOf<
    (number | Error)[]
  >();
  // @ts-expect-error: no such option
  void gather(numbers, { timeout: 1 });
});

test("asCompleted gives futures, not their values", async () => {
  for await (const future of asCompleted(numbers)) {
    expectTypeOf(future).toEqualTypeOf<Future<number>>();
    expectTypeOf(await future).toBeNumber();
  }
  expectTypeOf(asCompleted(numbers)).toExtend<AsyncIterable<Future<number>>>();
  // @ts-expect-error: a number is no promise
  asCompleted([1]);
});

test("wait gives the futures back", async () => {
  const { done, pending } = await wait(numbers, { until: "firstError" });
  expectTypeOf(done).toEqualTypeOf<Future<number>[]>();
  expectTypeOf(pending).toEqualTypeOf<Future<number>[]>();
  // @ts-expect-error: no such condition
  void wait(numbers, { until: "any" });
});
