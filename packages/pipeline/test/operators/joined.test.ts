import { concat, pipeline } from "@concurry/pipeline";
import { expect, test } from "vitest";
import { after, numbers, sorted } from "../support.ts";

test("a stage that two others take from runs once, and both get its elements", async () => {
  let calls = 0;
  const shared = pipeline(numbers(10)).map((x) => {
    calls++;
    return x;
  });
  const results = await concat([shared.map((x) => x + 100), shared.map((x) => x + 200)]).toArray();
  expect(calls).toBe(10);
  expect(sorted(results)).toEqual([...numbers(10).map((x) => x + 100), ...numbers(10).map((x) => x + 200)]);
});

test("concat of one stage three times gives each value three times", async () => {
  const s = pipeline([1, 2, 3]).map(async (x) => x, { mode: "async" });
  expect(sorted(await concat([s, s, s]).toArray())).toEqual([1, 1, 1, 2, 2, 2, 3, 3, 3]);
});

test("concat ends when the slower pipeline has ended, too", async () => {
  const fast = pipeline([1, 2, 3]);
  const slow = pipeline([4, 5, 6, 7]).map(
    async (x) => {
      await after(5);
      return x;
    },
    { mode: "async" },
  );
  expect(sorted(await concat([fast, slow]).toArray())).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(await concat([slow, fast], { order: "source" }).ordered().toArray()).toEqual([4, 5, 6, 7, 1, 2, 3]);
  expect(await concat([fast, slow]).ordered().toArray()).toEqual([1, 4, 2, 5, 3, 6, 7]);
});

test("every branch of a tee gets every element, and the rest runs once", async () => {
  let calls = 0;
  const [left, right] = pipeline(numbers(40))
    .map((x) => {
      calls++;
      return x;
    })
    .tee(2, { maxsize: 2 });
  const slow = right.map(
    async (x) => {
      await after(1);
      return x + 0.5;
    },
    { mode: "async" },
  );
  const results = await concat([left, slow]).ordered().toArray();
  expect(results).toEqual(numbers(40).flatMap((x) => [x, x + 0.5]));
  expect(calls).toBe(40);
});
