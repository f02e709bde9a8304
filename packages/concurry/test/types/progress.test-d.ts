import { expectTypeOf, test } from "vitest";
import { asCompleted } from "../../src/future/as-completed.ts";
import type { Future } from "../../src/future/future.ts";
import type { CallProgressEvent, PoolEvents } from "../../src/pool/pool-events.ts";
import { ProgressBar } from "../../src/progress/progress-bar.ts";
import { callContext } from "../../src/worker/call-context.ts";

declare const futures: readonly Future<number>[];
declare const chunks: AsyncIterable<Uint8Array>;

test("a loop over a bar gives what the iterable gives", async () => {
  for (const item of new ProgressBar(["a"])) expectTypeOf(item).toBeString();
  for (const item of new ProgressBar(new Map([["a", 1]])))
    expectTypeOf(item).toEqualTypeOf<[string, number]>();
  for await (const item of new ProgressBar(chunks, { total: 3 })) expectTypeOf(item).toExtend<Uint8Array>();
  for await (const value of new ProgressBar(asCompleted(futures))) expectTypeOf(value).toBeNumber();
});

test("a bar's options are typed, with or without an iterable", () => {
  new ProgressBar({ total: 3, style: "ray", unit: "files", disable: false });
  new ProgressBar(undefined, { total: 3 });
  // @ts-expect-error: no such style
  new ProgressBar({ style: "rich" });
  // @ts-expect-error: no such option
  new ProgressBar([1], { desc: "a" });
  // @ts-expect-error: options come once
  new ProgressBar({ total: 1 }, { total: 2 });
});

test("the progress of a call is typed on both sides", () => {
  expectTypeOf(callContext().progress).toBeCallableWith(1, 2, "files");
  // @ts-expect-error: how much is done is a number
  () => callContext().progress("half");
  expectTypeOf<PoolEvents["callProgress"]>().toEqualTypeOf<CallProgressEvent>();
});
