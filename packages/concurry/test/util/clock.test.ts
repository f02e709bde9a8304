import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import { systemClock, tickNow } from "../../src/util/clock.ts";

test("what happens at once has one time, read once", () => {
  const now = vi.spyOn(performance, "now");
  try {
    const first = tickNow();
    for (let i = 0; i < 1000; i++) expect(tickNow()).toBe(first);
    expect(now).toHaveBeenCalledTimes(1);
  } finally {
    now.mockRestore();
  }
});

test("the time is read anew after an await and in a later turn of the event loop", async () => {
  const first = tickNow();
  while (performance.now() === first);
  await undefined;
  const second = tickNow();
  await nextTurn();
  const third = tickNow();

  expect(second).toBeGreaterThan(first);
  expect(third).toBeGreaterThan(second);
});

test("the time is that of performance.now()", async () => {
  await nextTurn();
  const before = performance.now();
  const between = tickNow();

  expect(between).toBeGreaterThanOrEqual(before);
  expect(between).toBeLessThanOrEqual(performance.now());
});

test("a timer of the system's clock calls back, unless it is called off", async () => {
  const calls: string[] = [];
  const callOff = systemClock.after(1, () => calls.push("called off"));
  callOff();
  const keepAlive = setInterval(() => {}, 1000);
  await new Promise<void>((resolve) => {
    systemClock.after(1, () => calls.push("first"));
    systemClock.after(2, resolve);
  });
  clearInterval(keepAlive);

  expect(calls).toEqual(["first"]);
});
