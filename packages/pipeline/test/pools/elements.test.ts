import { concat, pipeline, run } from "@concurry/pipeline";
import { describe, expect, test } from "vitest";
import * as functions from "#workers/functions";
import { noted, notedSquare } from "#workers/noting";
import { Journal } from "../journal.ts";
import { numbers, sorted } from "../support.ts";

const nums = numbers(20);

describe.each(["thread", "process"] as const)("in %s mode", (mode) => {
  test("each calls the function once for every element, also of two pipelines at once", async () => {
    using journal = new Journal();
    const options = { mode, env: journal.env };
    expect(await pipeline(nums).each(noted, options).toArray()).toEqual([]);
    expect(journal.calls()).toEqual(nums);
    await run(pipeline([20, 21]).each(noted, options), pipeline([22, 23]).each(noted, options));
    expect(sorted(journal.calls())).toEqual(numbers(24));
  });

  test("three workers take apart whatever the function returns, and lose none of it", async () => {
    const { threeArray, threeGenerated, threeAsync, threePromised } = functions;
    const lines = [threeArray, threeGenerated, threeAsync, threePromised].map((f) =>
      pipeline(nums).flatMap(f, { mode, workers: 3 }),
    );
    const plain = sorted(nums.flatMap(threeArray));
    for (const results of await Promise.all(lines.map((line) => line.toArray())))
      expect(sorted(results)).toEqual(plain);
  });

  test("an async predicate of a filter is awaited", async () => {
    const results = await pipeline(nums)
      .map(functions.squared, { mode })
      .flatMap(functions.threeArray, { mode, workers: 3 })
      .filter(functions.isEvenLater, { mode })
      .toArray();
    const plain = nums
      .map((x) => x * x)
      .flatMap(functions.threeArray)
      .filter((x) => x % 2 === 0);
    expect(sorted(results)).toEqual(sorted(plain));
  });

  test("several workers and then ordered give exactly what plain code does, with its indexes", async () => {
    const mapped = pipeline(numbers(50)).map(functions.randomlyLate, { mode, workers: 2 }).ordered();
    expect(await mapped.toArray()).toEqual(numbers(50).map((x) => x * 2));
    const apart = pipeline([0, 1, 2])
      .flatMap(functions.asManyTimes, { mode, workers: 2 })
      .flatMap(functions.plusAndMinus, { mode, workers: 2 })
      .ordered()
      .withIndex();
    expect((await apart.toArray()).map(({ index, value }) => `${index} ${value}`)).toEqual([
      "1,0,0 1",
      "1,0,1 -1",
      "2,0,0 2",
      "2,0,1 -2",
      "2,1,0 2",
      "2,1,1 -2",
    ]);
  });

  test("a stage that others take from runs once, and all of them get its elements", async () => {
    using journal = new Journal();
    const shared = pipeline(nums).map(noted, { mode, env: journal.env });
    const results = await concat([
      shared.map(functions.squared, { mode }),
      shared.map(functions.doubled, { mode }),
      shared,
    ]).toArray();
    expect(journal.calls()).toEqual(nums);
    expect(sorted(results)).toEqual(sorted([...nums, ...nums.map((x) => x * x), ...nums.map((x) => x * 2)]));
    const three = pipeline([1, 2, 3]).map(functions.same, { mode });
    expect(sorted(await concat([three, three, three]).toArray())).toEqual([1, 1, 1, 2, 2, 2, 3, 3, 3]);
  });

  test("concat ends when the slower pipeline has ended, too, and can give one after the other", async () => {
    const fast = pipeline([1, 2, 3]).map(functions.same, { mode });
    const slow = pipeline([4, 5, 6, 7]).map(functions.randomlyLate, { mode });
    expect(sorted(await concat([fast, slow]).toArray())).toEqual([1, 2, 3, 8, 10, 12, 14]);
    const inTurn = concat([slow, fast], { order: "source" }).ordered();
    expect(await inTurn.toArray()).toEqual([8, 10, 12, 14, 1, 2, 3]);
  });

  test("a pipeline of an array runs again, and one of a generator once", async () => {
    using journal = new Journal();
    const again = pipeline([1, 2, 3]).map(notedSquare, { mode, env: journal.env });
    expect([await again.toArray(), await again.toArray()]).toEqual([
      [1, 4, 9],
      [1, 4, 9],
    ]);
    expect(journal.calls()).toEqual([1, 2, 3, 1, 2, 3]);
    const once = pipeline(functions.threeGenerated(1)).map(functions.same, { mode });
    expect(await once.toArray()).toEqual([1, 2, 3]);
    await expect(once.toArray()).rejects.toMatchObject({ name: "StageReuseError", code: "STAGE_REUSED" });
  });
});
