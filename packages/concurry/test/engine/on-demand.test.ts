import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { Subject } from "../contract/subject.ts";
import { end, onDemandEngines } from "./on-demand-support.ts";

const open = onDemandEngines("on-demand");
const kinds = ["thread", "process"] as const;

// A module that a worker's Node loads before anything else.
const preload = (code: string): { execArgv: string[] } => ({
  execArgv: ["--import", `data:text/javascript,${encodeURIComponent(code)}`],
});

describe.each(kinds)("an on-demand %s", (kind) => {
  test("takes its call, and is gone when it is asked to end", async () => {
    const { start } = open(kind, 1);
    const subject = await start();
    expect(await subject.ask("echo", "once")).toBe("once");
    expect(await end(subject)).toEqual({ code: 0, signal: null });
  });

  test("lets its listeners hear its end, which has the code that it chose", async () => {
    const { start } = open(kind, 1);
    const subject = await start();
    expect(await subject.ask("sayGoodbye", 4)).toBe("will do");
    expect(await end(subject)).toEqual({ code: 4, signal: null });
    expect(subject.takeAll()).toEqual([["goodbye", 4]]);
  });

  test("that calls process.exit leaves its place to the next", async () => {
    const { start } = open(kind, 1);
    const first = await start();
    first.tell("countAndExit", 1, 3);
    expect(await first.exited).toEqual({ code: 3, signal: null });
    const second = await start();
    expect(await second.ask("echo", "next")).toBe("next");
  });

  test.each([
    ["at once", 0],
    ["before it is up, with time", 60_000],
  ])("that is ended %s leaves its place to the next", async (_when, graceMs) => {
    const { start } = open(kind, 1);
    const first = await start();
    await end(first, graceMs);
    const second = await start();
    expect(await second.ask("echo", "next")).toBe("next");
    expect(first.exits).toHaveLength(1);
  });

  test("that is ended in the middle of a call leaves its place to the next", async () => {
    const { start } = open(kind, 1);
    const first = await start();
    expect(await first.ask("block")).toBe("blocking");
    await end(first, 0);
    const second = await start();
    expect(await second.ask("echo", "next")).toBe("next");
  });

  test("that dies before it is up is not the death of those that start with it", async () => {
    const { start } = open(kind, 3);
    const folder = await mkdtemp(join(tmpdir(), "concurry-"));
    const mark = JSON.stringify(join(folder, "mark"));
    // The first to come makes the mark, and dies of it.
    const flags = preload(`import { mkdirSync } from "node:fs";
      let isFirst = true;
      try { mkdirSync(${mark}); } catch { isFirst = false; }
      if (isFirst) process.exit(3);`);
    const subjects = await Promise.all([start(flags), start(flags), start(flags)]);
    const ends = await Promise.all(
      subjects.map((subject) => Promise.race([subject.exited, subject.ask("echo", "up")])),
    );
    expect(ends.filter((outcome) => outcome === "up")).toHaveLength(2);
    expect(ends.filter((outcome) => outcome !== "up")).toEqual([{ code: 3, signal: null }]);
    const next = await start(flags);
    expect(await next.ask("echo", "next")).toBe("next");
    await rm(folder, { recursive: true });
  });

  test("that never comes up is ended, and is not the end of those that start with it", async () => {
    const { start } = open(kind, 2);
    const folder = await mkdtemp(join(tmpdir(), "concurry-"));
    const mark = JSON.stringify(join(folder, "mark"));
    const flags = preload(`import { mkdirSync } from "node:fs";
      let isFirst = true;
      try { mkdirSync(${mark}); } catch { isFirst = false; }
      while (isFirst);`);
    const subjects = await Promise.all([start(flags), start(flags)]);
    const answers = subjects.map((subject) => subject.ask("echo", "up").then(() => subject));
    const alive = await Promise.race(answers);
    const [stuck] = subjects.filter((subject) => subject !== alive) as [Subject];
    await end(stuck, 10);
    expect(stuck.takeAll()).toEqual([]);
    expect(await alive.ask("echo", "still up")).toBe("still up");
    const next = await start(flags);
    expect(await next.ask("echo", "next")).toBe("next");
    await rm(folder, { recursive: true });
  });

  test("whose host can't be loaded says so at its end", async () => {
    const { start } = open(kind, 1, pathToFileURL("/no/such/host.cjs"));
    const { error } = await (await start()).exited;
    expect(String(error)).toContain("Cannot find module '/no/such/host.cjs'");
    expect(String((await (await start()).exited).error)).toContain("/no/such/host.cjs");
  });

  test("sees the program's variables as they are when it starts", async () => {
    const { start } = open(kind, 2);
    const before = await start();
    process.env.SET_BETWEEN_TWO = "yes";
    onTestFinished(() => {
      delete process.env.SET_BETWEEN_TWO;
    });
    const after = await start();
    const facts = (await Promise.all([before.ask("facts"), after.ask("facts")])) as {
      env: NodeJS.ProcessEnv;
    }[];
    expect(facts.map(({ env }) => env.SET_BETWEEN_TWO)).toEqual([undefined, "yes"]);
  });
});

describe.each(kinds)("an engine of on-demand workers (%s)", (kind) => {
  test("has as many as it may at once; the others come in their order", async () => {
    const { start } = open(kind, 2);
    const [alive, order]: [Set<Subject>, number[]] = [new Set(), []];
    let most = 0;
    const oneCall = async (index: number): Promise<void> => {
      const subject = await start();
      order.push(index);
      alive.add(subject);
      most = Math.max(most, alive.size);
      subject.connection.onExit(() => alive.delete(subject));
      expect(await subject.ask("echo", index)).toBe(index);
      subject.connection.kill(index % 2 === 0 ? 0 : 60_000);
    };
    await Promise.all(Array.from({ length: 7 }, (_, index) => oneCall(index)));
    expect(most).toBe(2);
    expect(order).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  test("starts nothing for one that gave up while it waited", async () => {
    const { start } = open(kind, 1);
    const first = await start();
    const waits = new AbortController();
    const given = start({}, waits.signal);
    const next = start();
    waits.abort(new Error("no more"));
    await expect(given).rejects.toThrow("no more");
    await end(first);
    expect(await (await next).ask("echo", "next")).toBe("next");
  });

  test("ends all when it is closed, and starts none from then on", async () => {
    const { engine, start } = open(kind, 2);
    const [running, starting, waiting] = [await start(), start(), start()];
    const refused = expect(waiting).rejects.toThrow("closed");
    expect(await running.ask("holdOn")).toBe("holding on");
    await starting;
    await engine.close?.();
    await Promise.all([running.exited, (await starting).exited, refused]);
    await expect(start()).rejects.toThrow("closed");
    await engine.close?.();
  });

  test("leaves nothing behind, however its workers end", { timeout: MANY_MS }, async () => {
    const { start } = open(kind, 2);
    const lane = async (count: number): Promise<void> => {
      for (let index = 0; index < count; index++) await liveAndDie(await start(), index);
    };
    await Promise.all([lane(2), lane(2)]);
    const before = kept();
    await Promise.all([lane(LIVES), lane(LIVES)]);
    // Ports close a turn or two after the thread that they led to.
    await vi.waitFor(() => expect(kept()).toBeLessThanOrEqual(before), { timeout: SETTLED_MS });
  });
});

// In each of two lanes, six of each way: the counts are exact, so that what one life left would show.
const LIVES = 30;
// 60 processes, two at a time, on a machine that is busy with other tests.
const MANY_MS = 300_000;
const SETTLED_MS = 10_000;

/** One of five ways through a worker's life. */
async function liveAndDie(subject: Subject, index: number): Promise<void> {
  const way = index % 5;
  if (way === 0) await end(subject, 0);
  else if (way === 1) await end(subject);
  else if (way === 2) subject.tell("countAndExit", 1, 1);
  else expect(await subject.ask("echo", index)).toBe(index);
  if (way > 2) subject.connection.kill(way === 3 ? 0 : 60_000);
  await subject.exited;
  const { pid } = subject.connection.info;
  if (pid !== undefined) expect(() => process.kill(pid, 0)).toThrow("ESRCH");
}

/** How many things keep this program alive, or would pile up in it. */
function kept(): number {
  const resources = process.getActiveResourcesInfo().filter((name) => !IN_PASSING.has(name));
  const listeners = process.stdout.eventNames().map((name) => process.stdout.listenerCount(name));
  return listeners.reduce((sum, count) => sum + count, resources.length + process.listenerCount("exit"));
}

// Of the test runner, or on their way out.
const IN_PASSING = new Set(["Timeout", "Immediate", "FSReqPromise", "FSReqCallback"]);
