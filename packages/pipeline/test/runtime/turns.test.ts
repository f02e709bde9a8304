import { type Pipeline, pipeline } from "@concurry/pipeline";
import { expect, test } from "vitest";
import { LOCAL_MODES } from "../support.ts";

// Where nothing lets go of the event loop: a run must not hold up all tests for ever.
const GIVE_UP_MS = 2000;
const ABORT_MS = 20;

/** Numbers without an end, as far as a test is concerned. */
function* endless(): Generator<number> {
  const end = performance.now() + GIVE_UP_MS;
  for (let value = 0; performance.now() < end; value++) yield value;
}

async function* endlessAsync(): AsyncGenerator<number> {
  yield* endless();
}

const NEVER_WAITING: Record<string, (mode: (typeof LOCAL_MODES)[number]) => Pipeline<unknown>> = {
  "plain functions": (mode) => pipeline(endless).map((x) => x, { mode }),
  "async functions": (mode) => pipeline(endless).map(async (x) => x, { mode }),
  "an async source": (mode) => pipeline(endlessAsync).map((x) => x, { mode }),
  "a filter that keeps nothing": (mode) => pipeline(endless).filter(() => false, { mode }),
  "iterators without an end": (mode) => pipeline([1]).flatMap(endless, { mode }),
  "iterators of which nothing is kept": (mode) =>
    pipeline([1])
      .flatMap(endless, { mode })
      .each(() => {}, { mode }),
};

test.each(LOCAL_MODES.flatMap((mode) => Object.keys(NEVER_WAITING).map((what) => ({ mode, what }))))(
  "a $mode run of $what lets timers have their turn",
  async ({ mode, what }) => {
    const line = NEVER_WAITING[what]?.(mode);
    await expect(line?.run({ signal: AbortSignal.timeout(ABORT_MS) })).rejects.toMatchObject({
      name: "TimeoutError",
    });
  },
);

test("elements that each take long are no reason to wait for many of them", async () => {
  let calls = 0;
  const slow = (): void => {
    calls++;
    for (const end = performance.now() + 5; performance.now() < end; ) {}
  };
  const signal = AbortSignal.timeout(ABORT_MS);
  await expect(pipeline(endless).each(slow).run({ signal })).rejects.toThrow();
  // Without a look at the clock in between it would be 64 or more.
  expect(calls).toBeLessThan(40);
});
