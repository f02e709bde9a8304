import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { Journal } from "./journal.ts";
import { after } from "./support.ts";

// A process whose parent is gone ends within a second; a busy machine may need more to do it.
const GONE_MS = 5000;
// The promise is a second; a busy machine may need more, a hang never ends.
const SOON_MS = 2000;
// What is alive after a collection may differ by little; 24,000 elements that stayed would be more.
const FLAT_MIB = 2;

function start(name: string, programArguments: readonly string[] = [], env: object = {}): ChildProcess {
  const file = fileURLToPath(new URL(`./programs/${name}`, import.meta.url));
  return spawn(process.execPath, ["--expose-gc", file, ...programArguments], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, ...env },
  });
}

async function* linesOf(child: ChildProcess): AsyncGenerator<string> {
  if (child.stdout !== null) yield* createInterface({ input: child.stdout });
}

async function firstLine(child: ChildProcess): Promise<string> {
  for await (const line of linesOf(child)) return line;
  throw new Error("The program said nothing.");
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function gone(pids: readonly number[]): Promise<readonly number[]> {
  const end = performance.now() + GONE_MS;
  while (pids.some(isAlive) && performance.now() < end) await after(20);
  return pids.filter(isAlive);
}

/** What a program says, one object a line. */
async function told(name: string): Promise<Record<string, unknown>[]> {
  const lines: string[] = [];
  for await (const line of linesOf(start(name))) lines.push(line);
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

function refusalIn(mode: string, role: string = "", kind: string = "a closure"): string {
  return (
    `map() in ${mode} mode got ${kind}${role}, which can't run in another ${mode}. Export the function from its module, ` +
    'wrap it as task(fn) at module level, use Model.method("name"), or set mode: "async".'
  );
}

test("functions that no worker can find are refused before anything is pulled or started", async () => {
  const refused = { code: "WORKER_NOT_FOUND", pulled: 0, threads: 0, hasBegun: false };
  // The first time the program looks what the module exports; from then on it knows.
  const inMode = (mode: string, firstAt: string): object[] => {
    const message = refusalIn(mode);
    return [
      { name: "own", refusedAt: "call", message, ...refused },
      { name: "anonymous", refusedAt: "call", message, ...refused },
      { name: "bound", refusedAt: "call", ...refused, message: refusalIn(mode, "", "a bound function") },
      { name: "native", refusedAt: "call", ...refused, message: refusalIn(mode, "", "a built-in function") },
      { name: "hidden", refusedAt: firstAt, message, ...refused },
      { name: "nested", refusedAt: "call", message, ...refused },
      { name: "common", refusedAt: "call", message, ...refused },
      { name: "onStart", refusedAt: "call", ...refused, message: refusalIn(mode, " as onStart") },
      { name: "onDone", refusedAt: "call", ...refused, message: refusalIn(mode, " as onDone") },
      { name: "same", results: [0, 1, 2] },
      { name: "same of CommonJS", results: [0, 1, 2] },
    ];
  };
  expect(await told("refused.mjs")).toEqual([
    ...inMode("thread", "start"),
    ...inMode("process", "call"),
    { name: "in a TaskPool", refusedAt: "call", ...refused, message: refusalIn("process") },
  ]);
});

test("where a module still waits for its pipelines, its workers tell what it exports, before anything is pulled", async () => {
  expect(await told("waiting.mjs")).toEqual([
    [42],
    { code: "WORKER_NOT_FOUND", message: refusalIn("thread"), pulled: 0 },
  ]);
});

test("errors of a class that the function's module exports arrive as such, in each mode", async () => {
  const lines = await told("errors.mjs");
  expect(lines).toHaveLength(17);
  for (const line of lines)
    expect(line).toMatchObject({ isOfClass: true, field: 3, cause: "deeper", message: "picky" });
  for (const line of lines.filter(({ name }) => String(name).startsWith("f in")))
    expect(line).toMatchObject({ stage: "failing", index: [0] });
});

test.each([
  { how: "break", modes: ["process"] },
  { how: "break", modes: ["process", "thread", "async"] },
  { how: "error", modes: ["process", "thread", "async"] },
  { how: "error", modes: ["thread", "sync", "process"] },
])("a program that leaves $modes by $how ends by itself, with all taken down", async ({ how, modes }) => {
  using journal = new Journal();
  const child = start("leaves.mjs", [how, ...modes], journal.env);
  const exit = once(child, "exit");
  const { isClosed, leftMs } = JSON.parse(await firstLine(child)) as {
    isClosed: boolean;
    leftMs: number | null;
  };
  expect(await exit).toEqual([0, null]);
  expect(isClosed).toBe(true);
  if (how === "break") expect(leftMs).toBeLessThan(SOON_MS);
  const [starts, dones] = [journal.notes("start"), journal.notes("done")];
  // One for each worker; those on the event loop are one.
  expect(starts).toHaveLength(modes.reduce((count, mode) => count + (/sync/.test(mode) ? 1 : 2), 0));
  expect(dones.map(({ place }) => place).sort()).toEqual(starts.map(({ place }) => place).sort());
  const pids = new Set(starts.map(({ place }) => Number.parseInt(place, 10)));
  expect(pids.size).toBe(modes.includes("thread") ? 3 : 2);
  expect(await gone([...pids])).toEqual([]);
});

test.each(["SIGKILL", "SIGTERM"] as const)(
  "workers whose program was ended by %s take their resources down and end, too",
  { concurrent: true },
  async (signal) => {
    using journal = new Journal();
    const child = start("waits.mjs", [], journal.env);
    const pids = JSON.parse(await firstLine(child)) as number[];
    child.kill(signal);
    expect(pids).toHaveLength(2);
    expect(await gone(pids)).toEqual([]);
    expect(journal.notes("done").map(({ reason }) => reason)).toEqual(["abort", "abort"]);
  },
);

test("a signal of the process stops the run first, and is raised again", async () => {
  using journal = new Journal();
  const child = start("waits.mjs", ["signals"], journal.env);
  const exit = once(child, "exit");
  const pids = JSON.parse(await firstLine(child)) as number[];
  child.kill("SIGINT");
  expect(await exit).toEqual([null, "SIGINT"]);
  expect(await gone(pids)).toEqual([]);
});

test("many elements through threads, the event loop and an ordered leave nothing behind in memory", async () => {
  const child = start("flat.mjs", ["30000", "5"]);
  const exit = once(child, "exit");
  const { kept, lines } = JSON.parse(await firstLine(child)) as {
    kept: number;
    lines: { heapMiB: number; held: number }[];
  };
  expect(await exit).toEqual([0, null]);
  expect(kept).toBe(15_000);
  const [first, last] = [lines[0], lines.at(-1)];
  expect((last?.heapMiB ?? 0) - (first?.heapMiB ?? 0)).toBeLessThan(FLAT_MIB);
  expect(Math.max(...lines.map(({ held }) => held))).toBeLessThanOrEqual(64);
});

test("many requests at once have a socket for each worker at most, and leave nothing behind in memory", async () => {
  const child = start("requests.mjs", ["10000", "1000", "4"]);
  const exit = once(child, "exit");
  const { answered, requests, most, lines } = JSON.parse(await firstLine(child)) as {
    answered: number;
    requests: number;
    most: number;
    lines: { heapMiB: number; rssMiB: number }[];
  };
  expect(await exit).toEqual([0, null]);
  expect([answered, requests]).toEqual([10_000, 10_000]);
  expect(most).toBeLessThanOrEqual(1000);
  const [first, last] = [lines[0], lines.at(-1)];
  expect((last?.heapMiB ?? 0) - (first?.heapMiB ?? 0)).toBeLessThan(FLAT_MIB);
});
