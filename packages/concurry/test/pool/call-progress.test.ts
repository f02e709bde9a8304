import { EventEmitter, once } from "node:events";
import type { CallProgressEvent } from "concurry";
import { describe, expect, test } from "vitest";
import { Reporting } from "#workers/reporting";

describe.each(["async", "thread", "process"] as const)("the progress of a call in mode %s", (mode) => {
  test("is an event: the first news at once, then the last of many", async () => {
    await using pool = Reporting.options({ mode }).init();
    const seen: CallProgressEvent[] = [];
    const news = new EventEmitter();
    pool.on("callProgress", (event) => {
      seen.push(event);
      if (event.done === 1000) news.emit("last");
    });
    const last = once(news, "last");
    const future = pool.count(1000);
    await last;
    await pool.broadcast.release();
    expect(await future).toBe(1000);
    const common = {
      callId: expect.any(Number),
      method: "count",
      workerIndex: 0,
      total: 1000,
      description: "counting",
    };
    expect(seen).toEqual([
      { ...common, done: 1 },
      { ...common, done: 1000 },
    ]);
  });

  test("costs nothing where nobody listens, and takes numbers only", async () => {
    await using pool = Reporting.options({ mode }).init();
    await pool.tell(1);
    await expect(pool.tell(-1)).rejects.toThrow(
      "progress()'s done must be a finite number of at least 0, got -1",
    );
    await expect(pool.tell("1" as never)).rejects.toThrow(TypeError);
  });
});

test("the progress of a broadcast is told as well", async () => {
  await using pool = Reporting.options({ mode: "thread" }).init();
  const told = new Promise<CallProgressEvent>((resolve) => {
    pool.on("callProgress", resolve);
  });
  await pool.broadcast.tell(0.5);
  expect(await told).toMatchObject({ method: "tell", done: 0.5, total: undefined, description: undefined });
});
