import { performance } from "node:perf_hooks";
import type { Pool, WorkerExitEvent, WorkerReadyEvent } from "concurry";
import { Victim } from "#workers/victim";
import { Journal } from "./journal.ts";
import { Started } from "./leftovers.ts";

/** Milliseconds that were measured, with nothing else going on in the program. */
export interface Times {
  /** From a kill until the pool saw it. Goal: at most 100. */
  readonly seen: number[];
  /** From a kill to the first result of the replacement, less the time that the replacement took to start. Goal: at most 100. */
  readonly backWithoutStart: number[];
  /** From a worker's start until it was ready. */
  readonly start: number[];
  /** How long `stop()` of idle workers took, and how far their ends were apart. */
  readonly stop: number;
  readonly endsApart: number;
}

const IDLE_WORKERS = 8;
const ALIVE_MS = 60_000;
const RESTART = { maxRestarts: 1e6, windowMs: 60_000 };

/** Measures how soon a death is seen and made good, and whether idle workers end at the same time. */
export async function measureTimes(mode: "thread" | "process", deaths: number): Promise<Times> {
  const started = new Started();
  const journal = new Journal();
  const options = {
    env: started.env,
    execArgv: [],
    stdio: "ignore",
    restart: RESTART,
    maxWorkers: IDLE_WORKERS,
  } as const;
  const pool = Victim.options({ mode, ...options }).init(journal.file);
  const seen: number[] = [];
  const backWithoutStart: number[] = [];
  const start: number[] = [];
  // An idle pool lets the program end.
  const alive = setInterval(() => {}, ALIVE_MS);
  try {
    await pool.broadcast.work("up", 0);
    for (let death = 0; death < deaths; death += 1) {
      const { seenMs, backMs, startMs } = await die(pool, death % IDLE_WORKERS, started);
      seen.push(seenMs);
      backWithoutStart.push(backMs - startMs);
      start.push(startMs);
    }
    return { seen, backWithoutStart, start, ...(await stopIdle(pool)) };
  } finally {
    clearInterval(alive);
    started.endAll();
    started.close();
    journal.remove();
  }
}

async function die(
  pool: Pool<Victim>,
  index: number,
  started: Started,
): Promise<{ readonly seenMs: number; readonly backMs: number; readonly startMs: number }> {
  const exited = nextEvent<WorkerExitEvent>(pool, "workerExit");
  const isBack = nextEvent<WorkerReadyEvent>(pool, "workerReady");
  const { pid, threadId = -1 } = pool.getWorkerStats(index);
  const killedAt = performance.now();
  if (pid === undefined) void started.terminate(threadId);
  else process.kill(pid, "SIGKILL");
  const { at } = await exited;
  await pool.workers[index]?.work("back", 0);
  const backMs = performance.now() - killedAt;
  const { payload } = await isBack;
  return { seenMs: at - killedAt, backMs, startMs: payload.startMs };
}

function nextEvent<Payload>(
  pool: Pool<Victim>,
  name: "workerExit" | "workerReady",
): Promise<{ readonly payload: Payload; readonly at: number }> {
  return new Promise((resolve) => {
    pool.once(name, (payload) => resolve({ payload: payload as Payload, at: performance.now() }));
  });
}

async function stopIdle(pool: Pool<Victim>): Promise<Pick<Times, "stop" | "endsApart">> {
  const ends: number[] = [];
  pool.on("workerExit", () => void ends.push(performance.now()));
  await pool.broadcast.work("up", 0);
  const before = performance.now();
  await pool.stop();
  return { stop: performance.now() - before, endsApart: Math.max(...ends) - Math.min(...ends) };
}
