import type { Balancer, PoolBalancer } from "../balance/balancer.ts";
import { resolveBalancer } from "../balance/names.ts";
import { createFuture, type Future } from "../future/future.ts";
import { Stream } from "../future/stream.ts";
import { isHome } from "../limits/limits-home.ts";
import { CALL_NUMBERS, USUAL_CREDIT } from "../protocol/frame.ts";
import { tickNow } from "../util/clock.ts";
import { Attempts } from "./attempts.ts";
import { Call, type CallOwner } from "./call.ts";
import { applyOptions, type ResolvedCallOptions } from "./call-options.ts";
import { Charging } from "./charging.ts";
import { Deadlines } from "./deadlines.ts";
import { DirectCalls, goesDirectly } from "./direct-calls.ts";
import { Dispatcher } from "./dispatcher.ts";
import { DormantGuard, dormantFuture, dormantPromise, dormantStream } from "./dormant.ts";
import { Entrance } from "./entrance.ts";
import { Events, POOL_EVENTS } from "./events.ts";
import { GraceTimers } from "./grace-timers.ts";
import { HealthMonitor } from "./health.ts";
import { IdleTimer } from "./idle.ts";
import { KeepAlive } from "./keep-alive.ts";
import { Ledger } from "./ledger.ts";
import { Lending } from "./lending.ts";
import { withOwnEngine } from "./own-engine.ts";
import { Places } from "./places.ts";
import type { CallCore } from "./pool-class.ts";
import { Preparation } from "./preparation.ts";
import type { ResolvedOptions, WorkerClass } from "./resolved-options.ts";
import { StreamCall } from "./stream-call.ts";
import { Supervisor } from "./supervisor.ts";
import { Window } from "./window.ts";
import { workerEvents } from "./worker-events.ts";
import type { WorkerHandle } from "./worker-handle.ts";

/** Takes calls, hands them to workers, settles them. */
export class PoolCore implements CallCore, CallOwner {
  readonly options: ResolvedOptions;
  readonly events: Events = new Events(POOL_EVENTS);
  readonly keepAlive: KeepAlive = new KeepAlive();
  readonly ledger: Ledger;
  readonly balancer: PoolBalancer;
  readonly places: Places;
  readonly dispatcher: Dispatcher;
  readonly supervisor: Supervisor;
  readonly grace: GraceTimers;
  readonly idle: IdleTimer;
  readonly health: HealthMonitor;
  readonly attempts: Attempts = new Attempts(this);
  readonly deadlines: Deadlines;
  /** Undefined for pools without limits of this realm. */
  readonly charging: Charging | undefined;
  readonly entrance: Entrance = new Entrance(this);
  /** Aborts when the pool waits for nothing any more: with the error of broadcasts that are open then. */
  readonly cut: AbortController = new AbortController();
  /** Set when the pool takes no calls any more: what new ones reject with. */
  closedBy: Error | undefined;
  /** Why the last worker that was given up is dead. */
  deadBecause: Error | undefined;
  /** What calls have lent to workers. */
  readonly lending: Lending;
  readonly #preparation: Preparation;
  /** Undefined where no call can go the short way. */
  readonly #direct: DirectCalls | undefined;
  readonly #window: Window;
  readonly #dormant: DormantGuard;
  #lastNumber = 0;

  constructor(workerClass: WorkerClass, given: ResolvedOptions, constructorArguments: readonly unknown[]) {
    const options = withOwnEngine(given, () => this.places.most);
    this.options = options;
    const { limits } = options;
    this.charging = limits !== undefined && isHome(limits) ? new Charging(this, limits) : undefined;
    this.ledger = new Ledger(options.methods, this.events, this.keepAlive, (call, failure) => {
      if (call.charge === undefined) return;
      this.charging?.letGo(call);
      this.charging?.ended(call, failure);
    });
    this.lending = new Lending(options.engine.wire, options.exported);
    this.balancer = resolveBalancer(options.loadBalancing as Balancer);
    this.#preparation = new Preparation(this);
    if (goesDirectly(options)) this.#direct = new DirectCalls(this, this.#preparation);
    this.#window = new Window(options.methods.length, options.concurrency, options.engine.wire);
    this.places = new Places(this);
    this.dispatcher = new Dispatcher(this.places, this.balancer, this.#window, options, {
      gate: this.charging,
      onSend: (call, handle) => this.#onSend(call, handle),
      onUnsendable: (call, error) => this.#preparation.unsendable(call, error),
      onWanted: (handle) => this.supervisor.start(handle),
      onSpent: (handle) => void this.supervisor.retire(handle, options.onDemand ? "on demand" : "another"),
      onUnused: options.onDemand ? (handle) => void this.supervisor.retire(handle, "on demand") : undefined,
      onNoWorker: (call, error) => this.ledger.reject(call, error ?? this.deadBecause),
    });
    const listener = workerEvents(this, this.#window);
    this.supervisor = new Supervisor(workerClass, options, constructorArguments, listener);
    this.deadlines = new Deadlines(options.concurrency, (call) => this.attempts.timedOut(call));
    this.grace = new GraceTimers((_call, handle) => this.supervisor.replace(handle));
    this.idle = new IdleTimer(this);
    this.health = new HealthMonitor(this);
    this.#dormant = new DormantGuard(options.startsLate, () => this.places.fill(this.places.handles));
  }

  /** Calls that wait or run. */
  openCalls(): Call[] {
    this.#direct?.surface();
    const inFlight = this.places.all().flatMap(({ live }) => live?.slots.list() ?? []);
    const waiting = [
      ...[...this.places.leaving].flatMap(({ queue }) => queue.list()),
      ...this.#preparation.list(),
      ...this.attempts.list(),
      ...this.dispatcher.list(),
      ...(this.charging?.list() ?? []),
    ];
    return [...waiting, ...inFlight].filter((call) => !call.isSettled);
  }

  call(methodIndex: number, args: readonly unknown[]): Future<unknown> {
    return this.request(methodIndex, args, undefined, undefined);
  }

  /**
   * Does what keeps the process alive until it is done; in start-up code of a host nothing at all.
   *
   * @param wakes False for what needs no workers where there are none yet.
   */
  guarded<T>(action: () => Promise<T>, wakes = true): Promise<T> {
    return this.#dormant.sleeps(wakes) ? dormantPromise() : this.keepAlive.during(action());
  }

  /** A call for one worker, or, without `handle`, for the one that the balancer chooses. */
  request(
    methodIndex: number,
    args: readonly unknown[],
    handle: WorkerHandle | undefined,
    options: ResolvedCallOptions | undefined,
  ): Future<unknown> {
    if (this.#dormant.sleeps(true)) return dormantFuture();
    const call = new Call(this, this.nextNumber(), methodIndex);
    if (this.#direct !== undefined && handle === undefined && options === undefined) {
      const future = this.#direct.run(call, args);
      if (future !== undefined) return future;
    }
    const future = createFuture<unknown>(call);
    this.#begin(call, args, handle, options);
    return future;
  }

  /** A call of a generator method; nothing happens before somebody asks for an item. */
  stream(
    methodIndex: number,
    args: readonly unknown[],
    handle?: WorkerHandle,
    options?: ResolvedCallOptions,
  ): Stream<unknown> {
    return new Stream(() => {
      if (this.#dormant.sleeps(true)) return dormantStream();
      this.#window.neverAhead(methodIndex);
      const call = new StreamCall(
        this,
        this.nextNumber(),
        methodIndex,
        options?.highWaterMark ?? USUAL_CREDIT,
      );
      this.#begin(call, args, handle, options);
      return call;
    });
  }

  #begin(
    call: Call,
    args: readonly unknown[],
    handle: WorkerHandle | undefined,
    options: ResolvedCallOptions | undefined,
  ): void {
    const refusal = this.entrance.refusal();
    if (refusal !== undefined) {
      this.ledger.refuse(call, refusal);
      return;
    }
    this.ledger.enter(call);
    call.timeoutMs = this.options.timeoutMs;
    if (handle !== undefined) call.pinTo(handle);
    if (options !== undefined) applyOptions(call, options);
    if (call.isSettled) return;
    if (handle?.state === "dead" || handle?.isLeaving) this.ledger.reject(call, handle.deadBecause);
    else if (this.dispatcher.assign(call)) this.#preparation.begin(call, args);
  }

  nextNumber(): number {
    this.#lastNumber = this.#lastNumber + 1 < CALL_NUMBERS ? this.#lastNumber + 1 : 1;
    return this.#lastNumber;
  }

  cancel(call: Call, reason: unknown): boolean {
    return this.attempts.cancel(call, reason);
  }

  /** A call that waits, in a queue or for its arguments, no longer does. */
  forget(call: Call): void {
    // One that waits for limits is in no queue: the room kept for it is given up when it is settled.
    if (!this.#preparation.forget(call)) this.dispatcher.forget(call);
  }

  #onSend(call: Call, handle: WorkerHandle): void {
    const now = tickNow();
    this.ledger.counts.waitMs.add(now - call.calledAt);
    if (handle.isAtRest) handle.clock.busy(now);
    if (call.timeoutMs > 0) this.deadlines.watch(call, handle.running < this.options.concurrency, now);
    this.tellStart(call, handle);
  }

  tellStart(call: Call, handle: WorkerHandle): void {
    if (!this.events.has("callStart")) return;
    const method = this.ledger.methodOf(call);
    this.events.emit("callStart", { callId: call.number, method, workerIndex: handle.index });
  }
}
