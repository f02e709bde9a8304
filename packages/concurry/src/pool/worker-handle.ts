import type { WorkerLoad } from "../balance/balancer.ts";
import type { ControlLane } from "../control/control-lane.ts";
import type { HostControls } from "../control/controls.ts";
import { pack } from "../protocol/packed.ts";
import { encodeThrown } from "../protocol/wire-error.ts";
import { type Deferred, deferred } from "../util/deferred.ts";
import type { Call } from "./call.ts";
import { CallQueue } from "./call-queue.ts";
import type { LiveWorker } from "./live-worker.ts";
import type { WorkerState } from "./pool-stats.ts";
import type { RestartRule } from "./restart-rule.ts";
import { Waiters } from "./waiters.ts";
import { WorkClock } from "./work-clock.ts";

/** One place in a pool. Workers come and go in it; its index, its queue and its counts stay. */
export class WorkerHandle implements WorkerLoad {
  readonly index: number;
  readonly rule: RestartRule;
  /** Calls that were given to this worker and not sent yet. */
  readonly queue: CallQueue = new CallQueue();
  clock: WorkClock = new WorkClock();
  state: WorkerState = "starting";
  /** The worker that is here now, or is being started. */
  live: LiveWorker | undefined;
  control: ControlLane<HostControls> | undefined;
  /** Identity of the current worker, unique in this program. */
  id = 0;
  total = 0;
  /** Calls of broadcasts that run here, beside the others. */
  beside = 0;
  /** Calls that were given to this worker and wait for promises among their arguments. */
  awaiting = 0;
  restarts = 0;
  hasBeenReady = false;
  /** True while the worker is being ended on purpose, to be started anew at once. */
  isBeingReplaced = false;
  /** When the current worker was started: on the monotonic clock, and as a date. */
  startedAt = 0;
  startedAtDate = 0;
  callsFinished = 0;
  callsFailed = 0;
  /** What waits for limits, having found room here. */
  reserved = 0;
  /** Serves the current worker's limits. */
  desk: { readonly isInUse: boolean; close(): void } | undefined;
  /** What the worker said it was dying of. */
  dyingOf: unknown;
  /** Why no worker is started here any more. */
  deadBecause: Error | undefined;
  abortStart: AbortController = new AbortController();
  startTimer: NodeJS.Timeout | undefined;
  restartTimer: NodeJS.Timeout | undefined;
  /** Those who wait for the worker to be up, or given up. */
  readonly changed: Waiters = new Waiters();
  /** Settles when the current worker is gone. */
  gone: Deferred = deferred();

  constructor(index: number, rule: RestartRule) {
    this.index = index;
    this.rule = rule;
  }

  get queued(): number {
    return this.queue.size + this.awaiting + this.reserved;
  }

  get running(): number {
    return this.live?.slots.count ?? 0;
  }

  /** A new worker is on its way; what was counted was of the one before. */
  begin(id: number): void {
    this.id = id;
    this.state = "starting";
    this.isBeingReplaced = false;
    this.dyingOf = undefined;
    this.startedAt = performance.now();
    this.startedAtDate = Date.now();
    this.clock = new WorkClock();
    this.callsFinished = 0;
    this.callsFailed = 0;
    this.beside = 0;
    this.abortStart = new AbortController();
    this.gone = deferred();
  }

  /** Tells the worker that a call was cancelled: it aborts, or isn't begun. */
  abort(call: Call, reason: unknown): void {
    const { live, control } = this;
    if (live === undefined || control === undefined) return;
    const { wire } = live.connection.info;
    const thrown = wire === "reference" ? reason : encodeThrown(reason, { wire });
    // A worker that dies meanwhile has no call to abort.
    control.call("abort", live.idOf(call), call.message, pack(thrown, wire)).catch(() => {});
  }

  /** A call has settled in the worker. */
  finished(hasFailed: boolean): void {
    this.callsFinished += 1;
    if (hasFailed) this.callsFailed += 1;
    else this.rule.hasWorked();
  }

  /** A call of a broadcast goes to the worker. */
  begunBeside(now: number): void {
    if (this.isAtRest) this.clock.busy(now);
    this.beside += 1;
  }

  endedBeside(now: number, hasFailed: boolean): void {
    this.beside -= 1;
    this.finished(hasFailed);
    this.rest(now);
  }

  /** True while nothing runs. */
  get isAtRest(): boolean {
    return this.running === 0 && this.beside === 0;
  }

  /** One call less is in flight; with none left the worker waits. */
  rest(now: number): void {
    if (this.isAtRest) this.clock.idle(now);
  }
}
