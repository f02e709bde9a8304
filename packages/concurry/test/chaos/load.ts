import { performance } from "node:perf_hooks";
import type { BalancerName, Future, Pool } from "concurry";
import { type Answer, Victim } from "#workers/victim";
import { Journal, repeated } from "./journal.ts";
import { Started } from "./leftovers.ts";
import { Random } from "./random.ts";
import { until } from "./run-round.ts";

/** How much, and how rough. */
export interface LoadPlan {
  readonly seed: number;
  readonly loadBalancing: BalancerName;
  readonly calls: number;
  readonly threads: number;
  readonly processes: number;
  readonly killEveryMs: number;
  /** At least so many workers die, however fast the calls are done. */
  readonly leastKills: number;
  /** At most so many: where workers take long to start, killing would have no end. */
  readonly mostKills: number;
}

/** What came of it. */
export interface LoadReport {
  readonly seconds: number;
  readonly calls: number;
  readonly kills: number;
  readonly restarts: number;
  readonly fulfilled: number;
  readonly crashed: number;
  /** Milliseconds from a kill until the pool saw it, with the program under load. */
  readonly seenMs: readonly number[];
  readonly problems: readonly string[];
}

const BATCH = 250;
const SLOW_EVERY = 20;
const SETTLE_MS = 60_000;
/** Of so many kills the victim may also be one that is still starting. */
const STARTING_SHARE = 0.1;
const RESTART = { maxRestarts: 1e6, windowMs: 60_000 };

interface Lane {
  readonly pool: Pool<Victim>;
  readonly journal: Journal;
}

type Outcome = PromiseSettledResult<Answer>;

/** Makes many calls to threads and processes that are killed at a steady pace, and looks at what came of each. */
export async function runLoad(plan: LoadPlan): Promise<LoadReport> {
  const started = new Started();
  const lanes = (["thread", "process"] as const).map((mode) => makeLane(mode, plan, started));
  const killer = new Killer(lanes, new Random(plan.seed), started, plan);
  const begin = performance.now();
  try {
    const done = Promise.all(
      lanes.map((lane, index) => makeCalls(lane, Math.ceil(plan.calls / lanes.length), index, killer)),
    );
    const outcomes = await withinLimit(done, plan.calls, killer);
    killer.close();
    const seconds = (performance.now() - begin) / 1000;
    return { ...(await conclude(lanes, outcomes, killer, started)), seconds };
  } finally {
    killer.close();
    started.endAll();
    started.close();
    for (const { journal } of lanes) journal.remove();
  }
}

function makeLane(mode: "thread" | "process", plan: LoadPlan, { env }: Started): Lane {
  const journal = new Journal();
  const maxWorkers = mode === "thread" ? plan.threads : plan.processes;
  const { loadBalancing } = plan;
  const options = {
    maxWorkers,
    loadBalancing,
    env,
    execArgv: [],
    stdio: "ignore",
    restart: RESTART,
  } as const;
  return { pool: Victim.options({ mode, ...options }).init(journal.file), journal };
}

async function makeCalls(
  { pool }: Lane,
  count: number,
  lane: number,
  killer: Killer,
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  while (outcomes.length < count || !killer.isContent) {
    const batch = Array.from({ length: BATCH }, (_, at) => outcomes.length + at);
    const futures = batch.map((number) => makeCall(pool, `${lane}-${number}`, number));
    outcomes.push(...(await Promise.allSettled(futures)));
    killer.progressed(BATCH);
  }
  return outcomes;
}

/** Most calls are done at once; some take their time, so that workers also die while they wait. */
function makeCall(pool: Pool<Victim>, id: string, number: number): Future<Answer> {
  return number % SLOW_EVERY === 0 ? pool.rest(id, number, 1) : pool.work(id, number);
}

/** Waits for all calls, as long as there is progress. */
async function withinLimit<T>(done: Promise<T>, calls: number, killer: Killer): Promise<T> {
  let result: { readonly value: T } | undefined;
  done.then(
    (value) => {
      result = { value };
    },
    () => {},
  );
  while (result === undefined) {
    const before = killer.progress;
    const isMoving = await until(() => result !== undefined || killer.progress > before, SETTLE_MS);
    if (!isMoving) throw new Error(`hung after ${killer.progress} of ${calls} calls: ${killer.describe()}`);
  }
  return result.value;
}

/** Ends a worker that is up, every so often, and sees how long its pool takes to notice. */
class Killer {
  readonly seenMs: number[] = [];
  kills = 0;
  progress = 0;
  readonly #lanes: readonly Lane[];
  readonly #random: Random;
  readonly #started: Started;
  readonly #plan: LoadPlan;
  readonly #killedAt = new Map<number, number>();
  readonly #timer: NodeJS.Timeout;

  constructor(lanes: readonly Lane[], random: Random, started: Started, plan: LoadPlan) {
    this.#lanes = lanes;
    this.#random = random;
    this.#started = started;
    this.#plan = plan;
    for (const { pool } of lanes) pool.on("workerExit", ({ workerId }) => this.#seen(workerId));
    this.#timer = setInterval(() => this.#kill(), plan.killEveryMs);
  }

  get isContent(): boolean {
    return this.kills >= this.#plan.leastKills;
  }

  progressed(calls: number): void {
    this.progress += calls;
  }

  describe(): string {
    return JSON.stringify(this.#lanes.map(({ pool }) => pool.getPoolStats()));
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #kill(): void {
    if (this.kills >= this.#plan.mostKills) return;
    const workers = this.#lanes.flatMap(({ pool }) => pool.getPoolStats().workers);
    const isAnyState = this.#random.chance(STARTING_SHARE);
    const up = workers.filter(({ state, id }) => {
      return (state === "ready" || (isAnyState && state === "starting")) && !this.#killedAt.has(id);
    });
    if (up.length === 0) return;
    const { id, pid, threadId = -1 } = this.#random.pick(up);
    this.kills += 1;
    this.#killedAt.set(id, performance.now());
    if (pid === undefined) void this.#started.terminate(threadId);
    else process.kill(pid, "SIGKILL");
  }

  #seen(workerId: number): void {
    const at = this.#killedAt.get(workerId);
    if (at !== undefined) this.seenMs.push(performance.now() - at);
  }
}

async function conclude(
  lanes: readonly Lane[],
  outcomes: readonly (readonly Outcome[])[],
  { kills, seenMs }: Killer,
  started: Started,
): Promise<Omit<LoadReport, "seconds">> {
  const problems = lanes.flatMap((lane, index) => judgeLane(lane, index, outcomes[index] ?? []));
  const restarts = lanes.reduce((sum, { pool }) => sum + pool.getPoolStats().restarts, 0);
  await Promise.all(lanes.map(({ pool }) => pool.stop()));
  problems.push(...started.living().map((name) => `left behind: ${name}`));
  const all = outcomes.flat();
  const fulfilled = all.filter(({ status }) => status === "fulfilled").length;
  return { calls: all.length, kills, restarts, seenMs, fulfilled, crashed: all.length - fulfilled, problems };
}

/** Those that succeeded ran once, with their own result; those that failed say that their worker died. */
function judgeLane({ pool, journal }: Lane, lane: number, outcomes: readonly Outcome[]): string[] {
  const entries = journal.entries();
  const problems = repeated(entries).map((line) => `ran twice: ${line}`);
  const ran = new Set(entries.map(({ id }) => id));
  for (const [number, outcome] of outcomes.entries()) {
    const id = `${lane}-${number}`;
    if (outcome.status === "rejected") {
      const { code, started, message } = outcome.reason as {
        code?: string;
        started?: boolean;
        message: string;
      };
      if (code !== "WORKER_CRASHED" || started !== true)
        problems.push(`${id} failed with ${code}: ${message}`);
    } else if (!ran.has(id)) problems.push(`${id} has a result and did not run`);
    else if (outcome.value.id !== id || outcome.value.echo !== number)
      problems.push(`${id} has the result of ${outcome.value.id}`);
  }
  const { queued, running, completed, failed } = pool.getPoolStats();
  if (queued + running > 0) problems.push(`${queued} still queued, ${running} still running`);
  if (completed + failed !== outcomes.length)
    problems.push(`${outcomes.length} calls made, ${completed} + ${failed} counted`);
  return problems;
}
