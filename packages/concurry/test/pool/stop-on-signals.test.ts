import { type StopOnSignalsOptions, type StoppablePool, stopOnSignals } from "concurry";
import { afterEach, describe, expect, test } from "vitest";
import { Sleeper } from "#workers/sleeper";
import { Notes } from "../death/support.ts";
import { SignalProgram } from "./signal-program.ts";
import { HOSTED, MODES, nothingIsLeft, stoppedAfterEach, until } from "./support.ts";

// A worker that doesn't let go has 1 s; the rest is for a busy machine, and still far below the 30 s of a drain.
const FORCED_MS = 10_000;
const SIX_DONE = Array.from({ length: 6 }, () => "done");

const stopped = stoppedAfterEach();
const notes = new Notes();
const programs: SignalProgram[] = [];

afterEach(() => {
  for (const program of programs.splice(0)) program.endGroup();
});

function start(name: string, mode = "thread"): SignalProgram {
  notes.clear();
  const program = new SignalProgram(name, mode, notes.file);
  programs.push(program);
  return program;
}

/** Resolves when the program listens, and its worker is in the middle of a call. */
async function hanging(program: SignalProgram): Promise<void> {
  await program.prints("ready");
  await until(() => notes.lines().includes("worker hangs"));
}

function ended(signal: NodeJS.Signals, lines: readonly string[]) {
  return { signal, code: null, lines, complaints: "" };
}

describe.each(HOSTED)("in %s mode", (mode) => {
  test.each(["SIGINT", "SIGTERM"] as const)(
    "%s lets accepted calls finish, and then ends the program",
    async (signal) => {
      const program = start("drain", mode);
      await program.prints("ready");
      program.child.kill(signal);
      expect(await program.end()).toEqual(ended(signal, ["stopping", "STOPPED", ...SIX_DONE]));
    },
  );

  test("a signal that comes while workers start lets the calls finish, too", async () => {
    const program = start("starting", mode);
    await program.prints("ready");
    program.child.kill("SIGINT");
    expect(await program.end()).toEqual(ended("SIGINT", SIX_DONE));
  });

  test("the second signal cancels, whichever it is, and the program ends by the first", async () => {
    const program = start("hang", mode);
    await hanging(program);
    program.child.kill("SIGTERM");
    await program.prints("stopping");
    const from = performance.now();
    program.child.kill("SIGINT");
    expect(await program.end()).toEqual(ended("SIGTERM", ["stopping", "CANCELLED"]));
    expect(performance.now() - from).toBeLessThan(FORCED_MS);
    expect(notes.lines()).toEqual(["worker hangs", "worker stopped"]);
  });

  test("draining turns into cancelling at the time limit", async () => {
    const program = start("hangForAWhile", mode);
    await program.prints("ready");
    program.child.kill("SIGINT");
    expect(await program.end()).toEqual(ended("SIGINT", ["CANCELLED"]));
  });

  test("a program that gets no signal ends by itself", async () => {
    const program = start("unneeded", mode);
    expect(await program.end()).toEqual({ signal: null, code: 0, lines: ["called"], complaints: "" });
  });
});

describe("a terminal's interrupt, which reaches the workers, too,", () => {
  test("lets calls that run in processes finish", async () => {
    const program = start("drain", "process");
    await program.prints("ready");
    program.killGroup("SIGINT");
    expect(await program.end()).toEqual(ended("SIGINT", ["stopping", "STOPPED", ...SIX_DONE]));
  });

  test("lets calls finish that wait for processes which start", async () => {
    const program = start("starting", "process");
    await program.prints("ready");
    program.killGroup("SIGINT");
    expect(await program.end()).toEqual(ended("SIGINT", SIX_DONE));
  });

  test("and comes twice, cancels", async () => {
    const program = start("hang", "process");
    await hanging(program);
    program.killGroup("SIGINT");
    await program.prints("stopping");
    program.killGroup("SIGINT");
    expect(await program.end()).toEqual(ended("SIGINT", ["stopping", "CANCELLED"]));
    expect(notes.lines()).toEqual(["worker hangs", "worker stopped"]);
  });
});

describe("several pools", () => {
  test("of all modes stop at one signal", async () => {
    const program = start("allModes");
    await program.prints("ready");
    program.child.kill("SIGTERM");
    const { lines, ...rest } = await program.end();
    expect(lines.sort()).toEqual(["async done", "process done", "thread done"]);
    expect(rest).toMatchObject({ signal: "SIGTERM", complaints: "" });
  });

  test("that are stopped by two handlers are both waited for", async () => {
    const program = start("apart");
    await program.prints("ready");
    program.child.kill("SIGINT");
    const { lines, ...rest } = await program.end();
    expect(lines.filter((line) => line === "slow")).toHaveLength(6);
    expect(rest).toMatchObject({ signal: "SIGINT", complaints: "" });
  });
});

test("pools that are stopped already don't hold the signal up", async () => {
  const program = start("stoppedBefore");
  await program.prints("ready");
  program.child.kill("SIGINT");
  expect(await program.end()).toEqual(ended("SIGINT", []));
});

test("who waits for the pool, too, goes on before the program ends", async () => {
  const program = start("lastWord");
  await program.prints("ready");
  program.child.kill("SIGINT");
  expect(await program.end()).toEqual(ended("SIGINT", ["stopped"]));
});

test("after a dispose a signal ends the program at once", async () => {
  const program = start("disposed");
  await program.prints("ready");
  program.child.kill("SIGINT");
  expect(await program.end()).toEqual(ended("SIGINT", []));
});

test("a dispose while pools stop changes nothing", async () => {
  const program = start("disposedWhileStopping");
  await program.prints("ready");
  program.child.kill("SIGINT");
  expect(await program.end()).toEqual(ended("SIGINT", SIX_DONE));
});

test("only the signals that were asked for are listened to", async () => {
  for (const [signal, lines] of [["SIGHUP", SIX_DONE] as const, ["SIGTERM", []] as const]) {
    const program = start("hangUp");
    await program.prints("ready");
    program.child.kill(signal);
    expect(await program.end()).toEqual(ended(signal, lines));
  }
});

test("SIGTERM ends one process worker, also when its module asks for signals", async () => {
  const program = start("ownClass");
  expect(await program.end()).toEqual({
    signal: null,
    code: 0,
    lines: ["SIGTERM true"],
    complaints: "",
  });
});

describe("the listeners", () => {
  const counts = (): number[] => [process.listenerCount("SIGINT"), process.listenerCount("SIGUSR2")];

  test.each(MODES)("of a pool in %s mode go with the dispose, which may come twice", (mode) => {
    const before = counts();
    const pool = stopped(Sleeper.options({ mode }).init());
    const listening = stopOnSignals([pool, pool], { signals: ["SIGINT", "SIGUSR2", "SIGINT"] });
    expect(counts()).toEqual(before.map((count) => count + 1));
    listening[Symbol.dispose]();
    listening[Symbol.dispose]();
    expect(counts()).toEqual(before);
  });

  test("are none when an argument is wrong", () => {
    const before = counts();
    const pool: StoppablePool = { stop: async () => {} };
    const wrong: [unknown, unknown, new () => Error, string][] = [
      [undefined, {}, TypeError, "pools must be a pool or an array of pools, got undefined"],
      [Promise.resolve(), {}, TypeError, "pools must be a pool or an array of pools, got Promise"],
      [[pool, null], {}, TypeError, "pools[1] must be a pool, got null"],
      [pool, "SIGINT", TypeError, 'stopOnSignals() must be a plain object, got "SIGINT"'],
      [pool, { signal: [] }, TypeError, 'stopOnSignals() has no option "signal"; did you mean "signals"?'],
      [pool, { signals: "SIGINT" }, TypeError, 'signals must be an array of signals, got "SIGINT"'],
      [pool, { signals: [] }, RangeError, "signals must be an array of at least one signal, got []"],
      [pool, { signals: [2] }, TypeError, 'signals[0] must be the name of a signal, as "SIGINT", got 2'],
      [
        pool,
        { signals: ["SIGINT", "SIGTRM"] },
        RangeError,
        'signals[1] must be a signal of this platform, got "SIGTRM"; did you mean "SIGTERM"?',
      ],
      [pool, { signals: ["SIGKILL"] }, RangeError, 'a signal that a program can listen to, got "SIGKILL"'],
      [pool, { timeoutMs: -1 }, RangeError, "timeoutMs must be milliseconds from 0"],
      [pool, { timeoutMs: "1" }, TypeError, "timeoutMs must be milliseconds from 0"],
    ];
    for (const [pools, options, errorClass, message] of wrong) {
      const act = (): unknown => stopOnSignals(pools as StoppablePool, options as StopOnSignalsOptions);
      expect(act).toThrow(errorClass);
      expect(act).toThrow(message);
    }
    expect(counts()).toEqual(before);
  });
});

nothingIsLeft();
