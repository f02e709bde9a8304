import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test } from "vitest";
import { HOSTED, nothingIsLeft, until } from "../pool/support.ts";
import { gone, Notes, ORPHAN_MS } from "./support.ts";

const HOUSEHOLD = fileURLToPath(import.meta.resolve("#workers/household"));
const notes = new Notes();
const programs: ChildProcess[] = [];

afterEach(async () => {
  for (const program of programs.splice(0)) {
    program.kill("SIGKILL");
    if (program.exitCode === null && program.signalCode === null) await once(program, "exit");
  }
});

/** Starts the program; resolves when it has told where its workers are. */
async function household(mode: "thread" | "process", behaviour: string) {
  notes.clear();
  const program = spawn(process.execPath, [HOUSEHOLD, mode, behaviour, notes.file], {
    stdio: ["ignore", "pipe", "ignore"],
    env: withoutRunner(),
  });
  programs.push(program);
  const closed = once(program, "close");
  const [line] = (await once(program.stdout, "data")) as [Buffer];
  const pids = JSON.parse(line.toString()) as number[];
  return { program, closed, pids };
}

/** The runner of these tests would choose how the program's modules are loaded. */
function withoutRunner(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(VITEST|NODE_OPTIONS)/.test(name)),
  );
}

function noted(text: string): boolean {
  return notes.lines().filter((line) => line.endsWith(text)).length === 2;
}

describe("processes whose program is killed", () => {
  test.each([
    ["are idle", "idle", undefined],
    ["wait in a method", "hang", "hangs"],
    ["are in synchronous code, as soon as they yield", "spin", "spins"],
  ])("run onStop and end when they %s", async (_, behaviour, note) => {
    const { program, pids } = await household("process", behaviour);
    if (note !== undefined) await until(() => noted(note));
    program.kill("SIGKILL");
    await once(program, "exit");
    expect(await gone(...pids)).toBeLessThan(ORPHAN_MS);
    expect(noted("stopped")).toBe(true);
  });

  test("end when they have not even started", async () => {
    const { program, pids } = await household("process", "starting");
    program.kill("SIGKILL");
    expect(await gone(...pids)).toBeLessThan(ORPHAN_MS);
  });

  test.each(["SIGTERM", "SIGINT", "SIGHUP"] as const)("end when %s kills it", async (signal) => {
    const { program, pids } = await household("process", "hang");
    await until(() => noted("hangs"));
    program.kill(signal);
    await once(program, "exit");
    expect(await gone(...pids)).toBeLessThan(ORPHAN_MS);
    expect(noted("stopped")).toBe(true);
  });
});

describe.each(HOSTED)("a program with a pool of mode %s", (mode) => {
  test.each([
    ["ends by itself when the pool is idle", "end", 0],
    ["may call process.exit in the middle of calls", "exit", 4],
    ["may die of an error in the middle of calls", "throw", 1],
  ])("%s, and leaves nobody behind", async (_, behaviour, code) => {
    const { program, closed, pids } = await household(mode, behaviour);
    await closed;
    expect(program.exitCode).toBe(code);
    expect(await gone(...pids)).toBeLessThan(ORPHAN_MS);
  });
});

test("an interrupt of the whole process group is the program's affair: its workers go on", async () => {
  notes.clear();
  const program = spawn(process.execPath, [HOUSEHOLD, "process", "interrupted", notes.file], {
    stdio: ["ignore", "pipe", "ignore"],
    env: withoutRunner(),
    detached: true,
  });
  programs.push(program);
  const closed = once(program, "close");
  const [line] = (await once(program.stdout, "data")) as [Buffer];
  const pids = JSON.parse(line.toString()) as number[];
  process.kill(-(program.pid as number), "SIGINT");
  // The program answers the signal: it asks its workers once more, stops them and ends.
  await closed;
  expect(program.exitCode).toBe(0);
  expect(noted("still here")).toBe(true);
  expect(noted("stopped")).toBe(true);
  await gone(...pids);
});

nothingIsLeft();
