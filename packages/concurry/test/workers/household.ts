import { setImmediate as nextTurn } from "node:timers/promises";
import { Worker } from "concurry";
import { Resident } from "./resident.ts";

const ENDLESS_MS = 2 ** 31;

/** What the program does once its workers are up, and with what it ends. */
type Behaviour = "idle" | "hang" | "spin" | "starting" | "exit" | "throw" | "end" | "interrupted";

// A program: `household.js <mode> <behaviour> <file>` prints where its workers live, and goes on as it is told.
if (!Worker.isHost && process.argv[1] === import.meta.filename) {
  await main(process.argv.slice(2) as ["thread" | "process", Behaviour, string]);
}

async function main([mode, behaviour, file]: ["thread" | "process", Behaviour, string]): Promise<void> {
  const interrupted = new Promise((resolve) => {
    if (behaviour === "interrupted") process.once("SIGINT", resolve);
  });
  const pool = Resident.options({ mode, maxWorkers: 2 }).init(file, "worker");
  if (behaviour === "starting") {
    say(pool.getPoolStats().workers.map(({ pid }) => pid));
    return stay();
  }
  say((await pool.broadcast.address()).map(({ pid }) => pid));
  if (behaviour === "hang") await Promise.all([pool.hang(), pool.hang()]);
  if (behaviour === "spin") await Promise.all([pool.spin(300), pool.spin(300)]);
  if (behaviour === "idle") return stay();
  if (behaviour === "end") return;
  if (behaviour === "interrupted") {
    await Promise.race([interrupted, stay()]);
    await pool.broadcast.note("still here");
    await pool.stop();
    process.exit();
  }
  // In the middle of calls: one waits, one never yields.
  const calls = [pool.hang(), pool.spin(ENDLESS_MS)];
  while (calls.some(({ status }) => status !== "running")) await nextTurn();
  if (behaviour === "exit") process.exit(4);
  setTimeout(() => {
    throw new RangeError("the program fails");
  }, 1);
  await Promise.all(calls);
}

function say(pids: readonly (number | undefined)[]): void {
  process.stdout.write(`${JSON.stringify(pids)}\n`);
}

function stay(): Promise<never> {
  return new Promise(() => setInterval(() => {}, 1000));
}
