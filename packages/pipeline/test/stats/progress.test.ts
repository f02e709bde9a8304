import { concat, type Pipeline, pipeline, type RunOptions } from "@concurry/pipeline";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import * as functions from "#workers/functions";
import { numbers } from "../support.ts";

// Standard error is no terminal here: each bar is one line, once it is over, without its time.
const lines: string[] = [];

beforeEach(() => {
  lines.length = 0;
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    lines.push(
      String(text)
        .trim()
        .replace(/ in [\d.]+ s/, ""),
    );
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
});

const line = pipeline(numbers(20), { name: "twenty" }).map((x) => x * 2);

test.each<{ way: string; go: (options: RunOptions) => Promise<unknown> }>([
  { way: "run()", go: (options) => line.run(options) },
  { way: "toArray()", go: (options) => line.toArray(options) },
  { way: "start()", go: (options) => all(line.start(options)) },
  { way: "toReadable()", go: (options) => all(line.toReadable(options)) },
  { way: "toReadableStream()", go: (options) => all(line.toReadableStream(options)) },
])("$way shows the results, of as many as the source has", async ({ go }) => {
  await go({ progress: true });
  expect(lines).toEqual(["twenty: 20/20 items"]);
});

test("nothing is shown unless it is asked for", async () => {
  await line.run();
  await line.run({ progress: false });
  await line.run({ progress: { disable: true } });
  expect(lines).toEqual([]);
});

describe("the total", () => {
  test.each<{ what: string; given: Pipeline<unknown>; shown: string }>([
    { what: "the size of a set", given: pipeline(new Set([1, 2])), shown: "2/2" },
    { what: "open for a generator", given: pipeline(() => [1, 2].values()), shown: "2" },
    {
      what: "open where elements are taken apart",
      given: pipeline([1, 2]).flatMap((x) => [x, x]),
      shown: "4",
    },
    { what: "open where they are put together", given: pipeline([1, 2]).batch(2), shown: "1" },
    {
      what: "what may come at the most, after a filter",
      given: pipeline([1, 2]).filter((x) => x > 1),
      shown: "1/2",
    },
    { what: "the sum of what is joined", given: concat([pipeline([1, 2]), pipeline([3])]), shown: "3/3" },
    {
      what: "for what yields nothing that of its elements",
      given: pipeline([1, 2]).each(() => {}),
      shown: "2/2",
    },
  ])("is $what", async ({ given, shown }) => {
    await given.run({ progress: true });
    expect(lines).toEqual([`pipeline: ${shown} items`]);
  });

  test("may be given, as all options of a ProgressBar", async () => {
    await line.run({ progress: { total: 40, description: "Doubling", unit: "numbers" } });
    expect(lines).toEqual(["Doubling: 20/40 numbers"]);
  });
});

test("each stage may have a bar of its own", async () => {
  await pipeline([1, 2, 3, 4], { name: "all" })
    .filter((x) => x % 2 === 0, { name: "even" })
    .map(functions.doubled, { mode: "thread" })
    .run({ progress: { perStage: true } });
  expect(lines).toEqual(["even: 4/4 items", "doubled: 2/4 items", "all: 2/4 items"]);
});

describe("a run that does not come to its end", () => {
  test("is marked as failed, with its error", async () => {
    const failing = line.map((x) => {
      if (x === 6) throw new Error("six");
      return x;
    });
    await expect(failing.run({ progress: { perStage: true } })).rejects.toThrow("six");
    expect(lines).toEqual([
      "map: stopped after 4/20 items",
      "map: stopped after 3/20 items",
      "twenty: failed after 3/20 items: six",
    ]);
  });

  test("is marked as failed where its signal aborts, also before it begins", async () => {
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(line.run({ progress: true, signal })).rejects.toThrow("enough");
    expect(lines).toEqual(["twenty: failed after 0/20 items: enough"]);
  });

  test("is marked as failed where its workers can't start", async () => {
    const failing = line.map(functions.same, { mode: "thread", onStart: functions.failOnStart });
    await expect(failing.run({ progress: true })).rejects.toThrow("onStart");
    expect(lines).toEqual(["twenty: failed after 0/20 items: onStart"]);
  });

  test("is marked as stopped where it is left", async () => {
    for await (const x of line.start({ progress: true })) if (x === 2) break;
    expect(lines).toEqual(["twenty: stopped after 2/20 items"]);
    await using run = line.start({ progress: true });
    await run.stop();
    expect(lines).toHaveLength(2);
  });
});

test.each([
  { progress: 5, error: new TypeError("progress must be true, or the options of a ProgressBar, got 5") },
  { progress: { total: -1 }, error: new RangeError("total must be a finite number of at least 0, got -1") },
  { progress: { perStage: 1 }, error: new TypeError("progress.perStage must be true or false, got 1") },
  {
    progress: { totl: 1 },
    error: new TypeError('progress has no option "totl"; did you mean "total"?'),
  },
])("$error.message", ({ progress, error }) => {
  expect(() => line.start({ progress } as RunOptions)).toThrow(error);
});

test("no timer is left", () => {
  // The one is the runner's.
  expect(process.getActiveResourcesInfo().filter((name) => name === "Timeout")).toEqual(["Timeout"]);
});

async function all(results: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of results) {
    // It is the bar that counts.
  }
}
