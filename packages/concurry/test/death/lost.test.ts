import { transfer } from "concurry";
import { describe, expect, test } from "vitest";
import { Mortal } from "#workers/mortal";
import { errorOf, nothingIsLeft, stoppedAfterEach, until } from "../pool/support.ts";
import { gone, Notes, QUIET, SEEN_MS, Spawned } from "./support.ts";

const stopped = stoppedAfterEach();
const spawned = new Spawned();
const notes = new Notes();

function mortalPool(mode: "thread" | "process", options: object = {}) {
  return stopped(Mortal.options({ mode, ...QUIET, ...options }).init());
}

describe("a thread that runs out of memory", () => {
  test("rejects its call with the cause, and is replaced", async () => {
    const pool = mortalPool("thread", { resourceLimits: { maxOldGenerationSizeMb: 24 } });
    const error = await errorOf(pool.hoard());
    expect(error).toMatchObject({ code: "WORKER_CRASHED", exitCode: 1, lastMethod: "hoard" });
    expect(error.cause).toMatchObject({ code: "ERR_WORKER_OUT_OF_MEMORY" });
    expect(await pool.echo("again")).toBe("again");
  });
});

describe("a process", () => {
  test.each(["SIGKILL", "SIGTERM"] as const)("that %s ends rejects its call with it", async (signal) => {
    const pool = mortalPool("process");
    await pool.ready();
    const death = spawned.endOfLast();
    const error = await errorOf(pool.takeSignal(signal));
    expect(performance.now() - (await death)).toBeLessThan(SEEN_MS);
    expect(error).toMatchObject({
      code: "WORKER_CRASHED",
      exitCode: null,
      signal,
      workerIndex: 0,
      lastMethod: "takeSignal",
      started: true,
    });
    expect(await pool.echo("again")).toBe("again");
  });

  test("that is interrupted goes on: Ctrl-C is its program's affair", async () => {
    const pool = mortalPool("process");
    const pid = await pool.pid();
    process.kill(pid, "SIGINT");
    expect(await pool.pid()).toBe(pid);
  });

  test("that runs out of memory rejects its call, and is replaced", async () => {
    const pool = mortalPool("process", { execArgv: ["--max-old-space-size=24"] });
    const error = await errorOf(pool.hoard());
    expect(error).toMatchObject({ code: "WORKER_CRASHED", lastMethod: "hoard", started: true });
    expect(error.signal ?? error.exitCode).toMatch(/^(SIGABRT|SIGTRAP|SIGILL|13[34])$/);
    expect(await pool.echo("again")).toBe("again");
  });

  test("that is killed while idle takes no call with it", async () => {
    const pool = mortalPool("process");
    const pid = await pool.pid();
    process.kill(pid, "SIGKILL");
    const calls = Array.from({ length: 10 }, (_, number) => pool.echo(number));
    expect(await Promise.all(calls)).toEqual(Array.from({ length: 10 }, (_, number) => number));
    await gone(pid);
    expect(await pool.pid()).not.toBe(pid);
  });

  test("that died while the program was busy doesn't get its call repeated, whatever is sent after it", async () => {
    notes.clear();
    const pool = mortalPool("process", { concurrency: 2 });
    const events: string[] = [];
    pool.on("callStart", ({ method }) => events.push(method));
    pool.on("workerExit", () => events.push("exit"));
    await pool.ready();
    const dying = pool.noteAndTakeSignal(notes.file, 1, "SIGKILL");
    // Lets the call leave; what the process then says lies unread while the next call is sent to the dead process.
    await new Promise(process.nextTick);
    busyUntil(() => notes.lines().length === 1);
    const next = pool.echo("next");
    expect(await errorOf(dying)).toMatchObject({ signal: "SIGKILL", started: true });
    expect(await next).toBe("next");
    expect(notes.lines()).toEqual(["1"]);
    // It was sent to the dead process first, and then to the next.
    expect(events).toEqual(["noteAndTakeSignal", "echo", "exit", "echo"]);
  });
});

/** A pool whose one worker hangs, and has been sent a call with a buffer to move, which can't begin. */
async function hangingWithBuffer(mode: "thread" | "process") {
  const pool = mortalPool(mode);
  // A call is sent ahead only when it is known to be short.
  for (let round = 0; round < 10; round += 1)
    await Promise.all(Array.from({ length: 64 }, () => pool.size(new Uint8Array(1))));
  const hanging = pool.hang();
  await until(() => hanging.status === "running");
  const sent = new Promise((resolve) => pool.once("callStart", resolve));
  const bytes = new Uint8Array(64);
  const call = pool.size(transfer(bytes, [bytes.buffer]));
  // Only a thread is sent a call behind one that isn't known to be short.
  if (mode === "thread") await sent;
  const deaths = Promise.all([errorOf(pool.broadcast.exit(1)), errorOf(hanging)]);
  return { pool, bytes, call, deaths };
}

test("a call whose buffer went down with its thread says that it never began", async () => {
  const { pool, bytes, call, deaths } = await hangingWithBuffer("thread");
  await deaths;
  const error = await errorOf(call);
  expect(error).toMatchObject({ code: "WORKER_CRASHED", started: false, lastMethod: undefined });
  expect(error.message).toContain('before it ran "size"');
  expect(bytes.length).toBe(0);
  expect(await pool.size(new Uint8Array(3))).toBe(3);
});

test("a call whose buffer was copied to a process that died is made at the next", async () => {
  const { call, deaths } = await hangingWithBuffer("process");
  await deaths;
  expect(await call).toBe(64);
});

function busyUntil(isSo: () => boolean): void {
  const deadline = performance.now() + SEEN_MS;
  while (!isSo() && performance.now() < deadline) Math.random();
  const margin = performance.now() + 50; // The death itself can't be seen by code that never yields.
  while (performance.now() < margin) Math.random();
}

nothingIsLeft();
