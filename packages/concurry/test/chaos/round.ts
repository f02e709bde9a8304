import type { Pool, StopOptions, WorkerOptions } from "concurry";
import { Victim } from "#workers/victim";
import type { MadeCall } from "./calls.ts";
import type { HurtPlan } from "./hurts.ts";
import { Journal } from "./journal.ts";
import type { Started } from "./leftovers.ts";
import type { Plan } from "./plan.ts";
import { makeLimits, type PoolPlan } from "./pool-plan.ts";
import { checkMoment } from "./verdict.ts";

const WINDOW_MS = 60_000;
const SMALL_HEAP_MB = 48;

/** Something that must come to an end. */
interface Expected {
  readonly what: string;
  isOver: boolean;
}

/** A pool that a plan is carried out on, and all that was asked of it. */
export class Round {
  readonly plan: Plan;
  readonly journal: Journal = new Journal();
  readonly pool: Pool<Victim>;
  readonly calls: MadeCall[] = [];
  readonly expected: Expected[] = [];
  /** Settlements by the number that the pool gave the call. */
  readonly callEnds: Map<number, number> = new Map();
  /** What was seen to be wrong while it went on. */
  readonly problems: string[] = [];
  /** Parts of broadcasts that were taken, as long as the number of workers doesn't change by itself. */
  broadcastParts = 0;
  isResized = false;
  /** Set once a stop was asked for that may cut calls short. */
  isCut = false;
  broadcasts = 0;
  readonly #started: Started;

  constructor(plan: Plan, started: Started) {
    this.plan = plan;
    this.#started = started;
    const options = poolOptions(plan.pool, started) as WorkerOptions<"thread">;
    this.pool = Victim.options(options).init(this.journal.file, {
      births: plan.pool.births,
      concurrency: plan.pool.concurrency,
    });
    this.pool.on("callEnd", ({ callId }) => {
      this.callEnds.set(callId, (this.callEnds.get(callId) ?? 0) + 1);
    });
  }

  /** Notes that something must settle, in whatever way. */
  expectEnd(what: string, promise: PromiseLike<unknown>): void {
    const expected: Expected = { what, isOver: false };
    this.expected.push(expected);
    const over = (): void => {
      expected.isOver = true;
    };
    promise.then(over, over);
  }

  /** Calls every worker once, beside all else. */
  broadcast(): void {
    this.broadcasts += 1;
    const living = this.pool.getPoolStats().workers.filter(({ state }) => state !== "dead").length;
    if (!this.pool.stopped) this.broadcastParts += living;
    this.expectEnd("a broadcast", this.pool.broadcast.mark(`b${this.broadcasts}`));
  }

  /** Hurts a worker from outside. */
  async strike({ how, victim }: HurtPlan): Promise<void> {
    const { workers } = this.pool.getPoolStats();
    const { pid, threadId } = workers[Math.floor(victim * workers.length)] ?? {};
    if (how === "terminate") await this.#started.terminate(threadId ?? -1);
    else if (pid !== undefined) process.kill(pid, how as NodeJS.Signals);
  }

  /** True when workers come and go though nobody hurts them. */
  get isElastic(): boolean {
    const { onDemand, elastic } = this.plan.pool;
    return this.isResized || onDemand || Object.keys(elastic).length > 0;
  }

  resize(maxWorkers: number): void {
    this.isResized = true;
    this.expectEnd(`resize(${maxWorkers})`, this.pool.resize(maxWorkers));
  }

  stop(options: StopOptions): void {
    // A draining one may come to its time limit.
    this.isCut = true;
    this.expectEnd(`stop(${JSON.stringify(options)})`, this.pool.stop(options));
  }

  /** Looks at what must hold at any moment. */
  look(): void {
    this.problems.push(...checkMoment(this.pool.getPoolStats()));
  }

  async runSteps(): Promise<void> {
    for (const step of this.plan.steps) await step.run(this);
  }
}

function poolOptions(plan: PoolPlan, started: Started): object {
  const {
    births: _births,
    isRough: _isRough,
    limits: _limits,
    maxRestarts = 1e6,
    elastic,
    ...options
  } = plan;
  const limits = makeLimits(plan);
  const given = Object.entries({ ...options, ...elastic, limits }).filter(([, value]) => value !== undefined);
  return {
    ...Object.fromEntries(given),
    restart: maxRestarts === 0 ? false : { maxRestarts, windowMs: WINDOW_MS },
    // Those who run this through a loader don't want it in each worker.
    execArgv: [],
    env: started.env,
    // Workers for single calls have those of the program.
    ...(!plan.onDemand && { stdio: "ignore" }),
    ...(plan.mode === "process" && { resourceLimits: { maxOldGenerationSizeMb: SMALL_HEAP_MB } }),
  };
}
