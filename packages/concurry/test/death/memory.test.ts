import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { setImmediate as turn } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { Mortal } from "#workers/mortal";
import { errorOf, HOSTED, until } from "../pool/support.ts";
import { QUIET } from "./support.ts";

const ROUNDS = { thread: 60, process: 25 };
const WARM_UP_ROUNDS = 8;
// Of the dead the last ones may still be on their way out.
const MOST_KEPT = 3;
// Far above what the test runner itself gathers meanwhile, below what so many dead workers would take.
const MOST_GROWTH_BYTES = 1.5 * 2 ** 20;
const RESTART = { maxRestarts: 1e6, windowMs: 60_000 };

// Held weakly: those who watch must not keep the dead from being collected.
const workers: WeakRef<object>[] = [];
const onThread = (message: unknown): void =>
  void workers.push(new WeakRef((message as { worker: object }).worker));
const onChild = (message: unknown): void =>
  void workers.push(new WeakRef((message as { process: object }).process));

/** Collects garbage until nothing more goes. */
async function collect(): Promise<number> {
  setFlagsFromString("--expose-gc");
  const gc = runInNewContext("gc") as () => void;
  for (let count = 0; count < 5; count += 1) {
    await turn();
    gc();
  }
  return process.memoryUsage().heapUsed;
}

function resources(): string[] {
  // Timers of the test runner come and go.
  return process
    .getActiveResourcesInfo()
    .filter((name) => name !== "Timeout" && name !== "Immediate")
    .sort();
}

test.each(HOSTED)("%s mode keeps nothing of many workers that died", async (mode) => {
  const rounds = ROUNDS[mode];
  workers.length = 0;
  subscribe("worker_threads", onThread);
  subscribe("child_process", onChild);
  const before = resources();
  const pool = Mortal.options({ mode, restart: RESTART, ...QUIET }).init();
  const dieOften = async (rounds: number): Promise<void> => {
    for (let round = 0; round < rounds; round += 1) {
      // One that has answered, one that runs, one that waits and one that is asked beside them.
      const [, dying] = [await pool.echo(round), pool.exit(0), pool.echo(round)];
      await Promise.all([errorOf(dying), pool.broadcast.echo(round).catch(() => {})]);
    }
    await pool.drain();
    await pool.echo("up");
  };
  await dieOften(WARM_UP_ROUNDS);
  const open = resources();
  const heap = await collect();
  await dieOften(rounds);
  expect((await collect()) - heap).toBeLessThan(MOST_GROWTH_BYTES);
  expect(resources()).toEqual(open);
  expect(workers.length).toBe(rounds + WARM_UP_ROUNDS + 1);
  expect(workers.filter((worker) => worker.deref() !== undefined).length).toBeLessThanOrEqual(MOST_KEPT);
  expect(pool.getPoolStats()).toMatchObject({ restarts: rounds + WARM_UP_ROUNDS, queued: 0, running: 0 });
  await pool.stop();
  unsubscribe("worker_threads", onThread);
  unsubscribe("child_process", onChild);
  await until(() => resources().length <= before.length);
});

test("nothing is left: no thread, no process, no port", () => {
  const kept = workers.flatMap((worker) => worker.deref() ?? []) as {
    threadId?: number;
    exitCode?: number | null;
  }[];
  expect(kept.filter(({ threadId, exitCode }) => threadId !== -1 && exitCode !== 0)).toEqual([]);
  expect(resources()).not.toContain("MessagePort");
});
