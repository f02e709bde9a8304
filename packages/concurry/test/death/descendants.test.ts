import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test } from "vitest";
import { Nest } from "#workers/nest";
import { errorOf, HOSTED, MODES, nothingIsLeft, stoppedAfterEach, until } from "../pool/support.ts";
import { gone, Notes, ORPHAN_MS } from "./support.ts";

const PROGRAM = fileURLToPath(new URL("./programs/nested.mjs", import.meta.url));
const LEVELS = [
  ["process", "process", "process"],
  ["thread", "process", "process"],
  ["process", "thread", "process"],
] as const;

const stopped = stoppedAfterEach();
const notes = new Notes();
const programs: ChildProcess[] = [];

afterEach(() => {
  for (const program of programs.splice(0)) program.kill("SIGKILL");
});

/** Starts the program; resolves when all of its workers are up. */
async function start(name: string, ...modes: readonly string[]) {
  notes.clear();
  const program = spawn(process.execPath, [PROGRAM, name, notes.file, ...modes], {
    stdio: ["ignore", "pipe", "pipe"],
    env: withoutRunner(),
  });
  programs.push(program);
  let complaints = "";
  program.stderr.on("data", (text: Buffer) => {
    complaints += text;
  });
  const closed = once(program, "close");
  const [line] = (await once(program.stdout, "data")) as [Buffer];
  return { program, closed, pids: JSON.parse(line.toString()) as number[], complaints: () => complaints };
}

/** The runner of these tests would choose how the program's modules are loaded. */
function withoutRunner(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(VITEST|NODE_OPTIONS)/.test(name)),
  );
}

function spins(level: number): Promise<void> {
  return until(() => notes.lines().includes(`${level} spins`));
}

describe.each(HOSTED)("a process inside a worker of mode %s, both in endless loops,", (mode) => {
  async function spinning(options: object) {
    notes.clear();
    const pool = stopped(Nest.options({ mode, ...options }).init(notes.file, "constructor", ["process"]));
    const pids = (await pool.reach()).map(({ pid }) => pid).filter((pid) => pid !== process.pid);
    const call = pool.spinBoth();
    await spins(1);
    return { pool, pids, call };
  }

  test("is gone after a cancelling stop", async () => {
    const { pool, pids, call } = await spinning({});
    await pool.stop({ mode: "cancel" });
    expect(await errorOf(call)).toMatchObject({ code: "CANCELLED" });
    expect(await gone(...pids)).toBeLessThan(ORPHAN_MS);
  });

  test("goes with a worker that is replaced", async () => {
    const { pool, pids, call } = await spinning({ graceMs: 0 });
    call.cancel();
    expect(await gone(...pids)).toBeLessThan(ORPHAN_MS);
    expect(await pool.addresses()).toHaveLength(2);
  });
});

test("a process in an endless loop goes with the process around it that is killed", async () => {
  notes.clear();
  const pool = stopped(Nest.options({ mode: "process" }).init(notes.file, "constructor", ["process"]));
  const pids = (await pool.reach()).map(({ pid }) => pid);
  const call = errorOf(pool.spin());
  await spins(1);
  process.kill(pids[0] as number, "SIGKILL");
  expect(await call).toMatchObject({ code: "WORKER_CRASHED", signal: "SIGKILL" });
  expect(await gone(...pids)).toBeLessThan(ORPHAN_MS);
});

describe.each(LEVELS)("a program with three levels, %s, %s and %s,", (...modes) => {
  test("that is killed leaves nobody, and each runs its onStop whose parent has not ended it", async () => {
    const { program, pids } = await start("stay", ...modes);
    program.kill("SIGKILL");
    expect(await gone(...pids)).toBeLessThan(ORPHAN_MS);
    expect(notes.lines()).toContain("2 stops with 0 inside");
  });

  test("that exits in the middle of an endless loop of the innermost leaves nobody", async () => {
    const { program, closed, pids } = await start("exit", ...modes);
    await spins(2);
    program.kill("SIGUSR2");
    await closed;
    expect(program.exitCode).toBe(3);
    expect(await gone(...pids)).toBeLessThan(ORPHAN_MS);
  });
});

describe.each(MODES)("a program with a pool of mode %s", (outer) => {
  test.each(MODES)("that has a pool of mode %s inside ends by itself, stopped or not", async (inner) => {
    for (const name of ["stopped", "unstopped"]) {
      const { program, closed, pids, complaints } = await start(name, outer, inner);
      await closed;
      expect([name, program.exitCode, complaints()]).toEqual([name, 0, ""]);
      expect(await gone(...pids)).toBeLessThan(ORPHAN_MS);
    }
    expect(notes.lines().length).toBeLessThanOrEqual(2);
  });
});

nothingIsLeft();
