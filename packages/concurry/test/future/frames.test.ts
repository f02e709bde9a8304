import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "vitest";
import type { Future } from "../../src/future/future.ts";
import { RemoteFailure } from "../../src/future/remote-failure.ts";
import { testCall } from "./test-call.ts";

/** Ways to wait for a future; each rejects with the error of the call. */
const WAYS: readonly (readonly [string, (future: Future<unknown>) => Promise<unknown>])[] = [
  ["await", async (future) => await future],
  ["then", (future) => future.then((value) => value)],
  [
    "catch",
    (future) =>
      future.catch((error: unknown) => {
        throw error;
      }),
  ],
  ["finally", (future) => future.finally(() => {})],
  ["result()", (future) => future.result()],
  ["result({ timeoutMs })", (future) => future.result({ timeoutMs: 60_000 })],
  ["Promise.all", (future) => Promise.all([future])],
  ["Promise.race", (future) => Promise.race([future])],
  [
    "Promise.any",
    (future) =>
      Promise.any([future]).catch((error: AggregateError) => {
        throw error.errors[0];
      }),
  ],
  [
    "Promise.allSettled",
    (future) =>
      Promise.allSettled([future]).then(([result]) => {
        throw result.status === "rejected" && result.reason;
      }),
  ],
  [
    "for await",
    async (future) => {
      for await (const value of [future]) return value;
    },
  ],
  ["an async function that returns it", async (future) => future],
];

async function one(
  future: Future<unknown>,
  wait: (future: Future<unknown>) => Promise<unknown>,
): Promise<unknown> {
  const value = await wait(future);
  return value;
}

async function two(
  future: Future<unknown>,
  wait: (future: Future<unknown>) => Promise<unknown>,
): Promise<unknown> {
  const value = await one(future, wait);
  return value;
}

async function three(
  future: Future<unknown>,
  wait: (future: Future<unknown>) => Promise<unknown>,
): Promise<unknown> {
  const value = await two(future, wait);
  return value;
}

test.each(WAYS)(
  "an error of a worker has the frames of the functions that wait by %s",
  async (_name, wait) => {
    const { call, future } = testCall();
    const waiting = three(future, wait);
    await turn();
    call.fail(new RemoteFailure(() => new Error("from the worker")));
    const error = (await waiting.catch((reason: unknown) => reason)) as Error;
    expect(error.message).toBe("from the worker");
    // The test runner rewrites stacks and leaves out the word "async".
    const frames = error.stack?.match(/(?<=at (?:async )?)(one|two|three)\b/g);
    expect(frames).toEqual(["one", "two", "three"]);
  },
);

test("one that is awaited only after it failed has the error of the worker, without those frames", async () => {
  const { call, future } = testCall();
  call.fail(new RemoteFailure(() => new Error("from the worker")));
  await turn();
  await expect(three(future, async (late) => await late)).rejects.toThrow("from the worker");
});
