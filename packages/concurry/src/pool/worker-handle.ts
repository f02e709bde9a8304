import type { WorkerLoad } from "../balance/balancer.ts";
import type { ControlLane } from "../control/control-lane.ts";
import type { HostControls } from "../control/controls.ts";
import { packThrown } from "../control/outcome.ts";
import type { PaidCalls } from "../limits/paid-calls.ts";
import type { BarNote } from "../progress/remote-bar.ts";
import { type Deferred, deferred } from "../util/deferred.ts";
import type { Call } from "./call.ts";
import { CallQueue } from "./call-queue.ts";
import type { LiveWorker } from "./live-worker.ts";
import type { WorkerState } from "./pool-stats.ts";
import type { ResolvedOptions } from "./resolved-options.ts";
import type { RestartRule } from "./restart-rule.ts";
import { Waiters } from "./waiters.ts";
import { WorkClock } from "./work-clock.ts";

/**
 * Who comes after a worker: another one as the rule of restarts allows, another one at once, one as soon as it is wanted,
 * or nobody.
 */
export type Successor = "by rule" | "another" | "on demand" | "nobody";

/** One place in a pool. Workers come and go in it; its index, its queue and its counts stay. */
export class WorkerHandle implements WorkerLoad {
  readonly index: number;
  readonly rule: RestartRule;
  /** Calls that were given to this worker and not sent yet. */
  readonly queue: CallQueue = new CallQueue();
  clock: WorkClock = new WorkClock(false);
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
  successor: Successor = "by rule";
  /** True when the worker's end, however it comes, is what the pool wanted. */
  isToldToEnd = false;
  /** True when the worker is ended for not being well. */
  isCondemned = false;
  /** True when the pool has given up the place: only what is bound to its worker still goes there. */
  isLeaving = false;
  /** So many calls more the worker is to be sent. */
  callsLeft: number = Number.POSITIVE_INFINITY;
  /** When the current worker was started: on the monotonic clock, and as a date. */
  startedAt = 0;
  startedAtDate = 0;
  callsFinished = 0;
  callsFailed = 0;
  /** By method: what pays for calls that are charged at once; null where each call goes the long way. */
  readonly paidCalls: (PaidCalls | null)[] = [];
  /** What waits for limits, having found room here. */
  reserved = 0;
  /** Serves the current worker's limits. */
  desk: { readonly isInUse: boolean; close(): void } | undefined;
  /** The current worker's progress bars, once it has made one. */
  bars: { receive(note: BarNote): void; close(): void } | undefined;
  /** What the worker said it was dying of. */
  dyingOf: unknown;
  /** Why no worker is started here any more. */
  deadBecause: Error | undefined;
  abortStart: AbortController = new AbortController();
  startTimer: NodeJS.Timeout | undefined;
  restartTimer: NodeJS.Timeout | undefined;
  /** Those who wait for the worker to be up, or given up. */
  readonly changed: Waiters = new Waiters();
  /** Those who wait until nothing that is wanted runs or waits here, or the worker is gone: told when it may be so. */
  readonly rested: Waiters = new Waiters();
  /** Since when nothing runs here. */
  restingSince = 0;
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
  begin(
    id: number,
    {
      onDemand,
      recycle,
      concurrency,
      engine,
    }: Pick<ResolvedOptions, "onDemand" | "recycle" | "concurrency" | "engine">,
  ): void {
    this.id = id;
    this.state = "starting";
    this.successor = onDemand ? "on demand" : "by rule";
    this.isToldToEnd = false;
    this.isCondemned = false;
    this.callsLeft = onDemand ? 1 : this.isLeaving ? Number.POSITIVE_INFINITY : recycle.afterCalls;
    this.dyingOf = undefined;
    this.startedAt = performance.now();
    this.startedAtDate = Date.now();
    this.clock = new WorkClock(concurrency === 1 && engine.wire !== "reference");
    this.callsFinished = 0;
    this.callsFailed = 0;
    this.beside = 0;
    this.abortStart = new AbortController();
    this.gone = deferred();
  }

  becomeReady(now: number): void {
    this.state = "ready";
    this.hasBeenReady = true;
    this.clock.ready(now);
    this.restingSince = now;
  }

  /** Tells the worker that a call was cancelled: it aborts, or isn't begun. */
  abort(call: Call, reason: unknown): void {
    const { live, control } = this;
    if (live === undefined || control === undefined) return;
    const { wire } = live.connection.info;
    // A worker that dies meanwhile has no call to abort.
    control.call("abort", live.idOf(call), call.message, packThrown(reason, wire)).catch(() => {});
  }

  /** A call has settled in the worker. */
  finished(hasFailed: boolean): void {
    this.callsFinished += 1;
    if (hasFailed) this.callsFailed += 1;
    this.rule.hasWorked();
  }

  /** A call of a broadcast goes to the worker. */
  begunBeside(now: number): void {
    if (this.isAtRest) this.clock.busy(now);
    this.beside += 1;
  }

  endedBeside(now: number, hasFailed: boolean): void {
    this.beside -= 1;
    this.finished(hasFailed);
    // What runs beside the others the worker doesn't measure.
    if (this.isAtRest) this.clock.close(now);
    this.rest(now);
  }

  /** True while nothing runs. */
  get isAtRest(): boolean {
    return this.running === 0 && this.beside === 0;
  }

  /** True while nothing runs whose result somebody wants. */
  get runsNothingWanted(): boolean {
    return this.beside === 0 && (this.live?.slots.list().every((call) => call.isSettled) ?? true);
  }

  /** True while a worker is on its way here. */
  get isComing(): boolean {
    return this.state === "starting" || this.state === "crashed" || this.state === "restarting";
  }

  /** True while a worker is here that makes way for another one, or that one is on its way. */
  get isChanging(): boolean {
    return this.isComing || (this.state === "draining" && this.successor === "another");
  }

  /** True while calls wait for this worker, their arguments all there. */
  get holdsCalls(): boolean {
    return this.queue.size > 0 || this.reserved > 0;
  }

  /** One call less is in flight; with none left the worker waits. */
  rest(now: number): void {
    if (!this.isAtRest) return;
    this.clock.idle(now);
    this.restingSince = now;
    this.rested.resolve();
  }
}
