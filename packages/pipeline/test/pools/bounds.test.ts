import { pipeline } from "@concurry/pipeline";
import { describe, expect, test } from "vitest";
import { same } from "#workers/functions";
import { noted, notedLate } from "#workers/noting";
import { Journal } from "../journal.ts";
import { countingSource, numbers, until } from "../support.ts";

describe.each(["thread", "process"] as const)("in %s mode", (mode) => {
  test("after one next() the function has run for what the reader got, the output, and one element more", async () => {
    using journal = new Journal();
    await using run = pipeline(numbers(20)).map(noted, { mode, env: journal.env }).start({ maxsize: 3 });
    await run[Symbol.asyncIterator]().next();
    await until(() => run.stats().stages[0]?.completed === 5);
    // Another one would be running by now.
    expect(run.stats().stages[0]).toMatchObject({ running: 0, completed: 5 });
    expect(journal.calls()).toEqual([0, 1, 2, 3, 4]);
  });

  test("between two stages of one element each no more than four are begun", async () => {
    using journal = new Journal();
    const options = { mode, maxsize: 1 };
    for await (const _ of pipeline(numbers(20))
      .map(noted, { ...options, env: journal.env })
      .map(notedLate, { ...options, env: { JOURNAL: "/dev/null" } })) {
      expect(journal.calls().length).toBeLessThanOrEqual(4);
      break;
    }
  });

  test("an endless source is pulled no further than queues and workers hold", async () => {
    const { source, counts } = countingSource();
    const run = pipeline(source).map(same, { mode, workers: 2 }).start();
    // Two workers, a queue of twice as many before them and one behind, and the element that is read ahead.
    const most = 2 + 4 + 4 + 1;
    let delivered = 0;
    for await (const _ of run) {
      delivered++;
      await until(() => run.stats().stages[0]?.running === 0);
      expect(counts.pulled - delivered).toBeLessThanOrEqual(most);
      if (delivered === 5) break;
    }
    expect(counts.closed).toBe(1);
    expect(run.stats()).toMatchObject({ state: "stopped", stages: [{ totalWorkers: 0 }] });
    expect(counts.pulled).toBeLessThanOrEqual(5 + most);
  });

  test("a queue without a bound takes all there is", async () => {
    const { source, counts } = countingSource(300);
    const run = pipeline(source).map(same, { mode, maxsize: 0 }).start({ maxsize: 1 });
    for await (const _ of run) {
      await until(() => counts.pulled === 300);
      break;
    }
    expect(run.stats().stages[0]).toMatchObject({ maxsize: null });
  });
});
