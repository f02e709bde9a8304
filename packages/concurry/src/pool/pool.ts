import type { Balancer, PoolBalancer } from "../balance/balancer.ts";
import { resolveBalancer } from "../balance/names.ts";
import { CancelledError } from "../errors/call-errors.ts";
import { createFuture, type Future } from "../future/future.ts";
import { findPromises } from "../future/unwrap.ts";
import { CALL_NUMBERS, REPLY_WITHDRAWN, SEVERAL } from "../protocol/frame.ts";
import { serializationError } from "../protocol/serialization-failure.ts";
import { tickNow } from "../util/clock.ts";
import { AwaitingCalls } from "./awaiting-calls.ts";
import { Call, type CallOwner, SENT } from "./call.ts";
import { crashError } from "./crash-error.ts";
import { Dispatcher } from "./dispatcher.ts";
import { DormantGuard, dormantFuture, dormantPromise } from "./dormant.ts";
import { Events } from "./events.ts";
import { GraceTimers } from "./grace-timers.ts";
import { KeepAlive } from "./keep-alive.ts";
import { Ledger } from "./ledger.ts";
import { isFailure, readFailure, readValue } from "./outcome.ts";
import type { CallCore } from "./pool-class.ts";
import { prepareCall } from "./prepare-call.ts";
import type { ResolvedOptions, WorkerClass } from "./resolved-options.ts";
import { RestartRule } from "./restart-rule.ts";
import { Supervisor, type SupervisorListener } from "./supervisor.ts";
import { Waiters } from "./waiters.ts";
import { Window } from "./window.ts";
import type { WorkerEnd } from "./worker-end.ts";
import { WorkerHandle } from "./worker-handle.ts";

/** Takes calls, hands them to workers, settles them. */
export class PoolCore implements CallCore, CallOwner {
  readonly options: ResolvedOptions;
  readonly events: Events = new Events();
  readonly keepAlive: KeepAlive = new KeepAlive();
  readonly ledger: Ledger;
  readonly balancer: PoolBalancer;
  readonly handles: readonly WorkerHandle[];
  readonly dispatcher: Dispatcher;
  readonly supervisor: Supervisor;
  readonly grace: GraceTimers;
  /** Those who wait until a worker is up. */
  readonly up: Waiters = new Waiters();
  /** Aborts when the pool waits for nothing any more: with the error of broadcasts that are open then. */
  readonly cut: AbortController = new AbortController();
  /** Set when the pool takes no calls any more: what new ones reject with. */
  closedBy: Error | undefined;
  /** Why the last worker that was given up is dead. */
  deadBecause: Error | undefined;
  readonly #window: Window;
  readonly #dormant: DormantGuard;
  readonly #awaiting: AwaitingCalls;
  #lastNumber = 0;

  constructor(workerClass: WorkerClass, options: ResolvedOptions, constructorArguments: readonly unknown[]) {
    this.options = options;
    this.ledger = new Ledger(options.methods, this.events, this.keepAlive);
    this.balancer = resolveBalancer(options.loadBalancing as Balancer);
    this.#awaiting = new AwaitingCalls(this.balancer);
    this.#window = new Window(options.methods.length, options.concurrency, options.engine.wire);
    this.handles = Array.from(
      { length: options.maxWorkers },
      (_, index) => new WorkerHandle(index, new RestartRule(options.restart)),
    );
    this.dispatcher = new Dispatcher(this.handles, this.balancer, this.#window, options.methods, {
      onSend: (call, handle) => this.#onSend(call, handle),
      onUnsendable: (call, error) => this.#onUnsendable(call, error),
      onNoWorker: (call, error) => this.ledger.reject(call, error ?? this.deadBecause),
    });
    this.supervisor = new Supervisor(workerClass, options, constructorArguments, this.#supervisorListener());
    this.grace = new GraceTimers((_call, handle) => this.supervisor.replace(handle));
    this.#dormant = new DormantGuard(() => {
      for (const handle of this.handles) this.supervisor.start(handle);
    });
  }

  /** Calls that wait or run. */
  openCalls(): Call[] {
    const inFlight = this.handles.flatMap(({ live }) => live?.slots.list() ?? []);
    return [...this.#awaiting.list(), ...this.dispatcher.list(), ...inFlight].filter(
      (call) => !call.isSettled,
    );
  }

  call(methodIndex: number, args: readonly unknown[]): Future<unknown> {
    return this.callWorker(methodIndex, args, undefined);
  }

  /** Does what keeps the process alive until it is done; in start-up code of a host nothing at all. */
  guarded<T>(action: () => Promise<T>): Promise<T> {
    return this.#dormant.sleeps() ? dormantPromise() : this.keepAlive.during(action());
  }

  /** A call for one worker, or, without `handle`, for the one that the balancer chooses. */
  callWorker(
    methodIndex: number,
    args: readonly unknown[],
    handle: WorkerHandle | undefined,
  ): Future<unknown> {
    if (this.#dormant.sleeps()) return dormantFuture();
    const call = new Call(this, this.nextNumber(), methodIndex);
    const future = createFuture<unknown>(call);
    this.ledger.enter(call);
    if (handle !== undefined) call.pinTo(handle);
    if (this.closedBy !== undefined) this.ledger.reject(call, this.closedBy);
    else if (handle?.state === "dead") this.ledger.reject(call, handle.deadBecause);
    else if (this.dispatcher.assign(call) && this.#prepare(call, args)) this.dispatcher.submit(call);
    return future;
  }

  nextNumber(): number {
    this.#lastNumber = this.#lastNumber + 1 < CALL_NUMBERS ? this.#lastNumber + 1 : 1;
    return this.#lastNumber;
  }

  /** False when the call waits for promises among its arguments. */
  #prepare(call: Call, args: readonly unknown[]): boolean {
    const { engine, unwrapFutures } = this.options;
    try {
      if (prepareCall(call, args, engine.wire, unwrapFutures)) return true;
      this.#awaitArguments(call, args);
    } catch (error) {
      // Reading the arguments runs their getters.
      this.ledger.reject(call, error);
    }
    return false;
  }

  #awaitArguments(call: Call, args: readonly unknown[]): void {
    this.#awaiting.add(
      call,
      args,
      (values) => {
        if (!this.#prepare(call, values)) return;
        // Its worker was chosen when the call was made; it may be dead by now.
        if (call.handle === undefined || call.handle.state === "dead") this.dispatcher.move([call]);
        else this.dispatcher.submit(call);
      },
      (error) => this.ledger.reject(call, error),
    );
  }

  cancel(call: Call, reason: unknown): boolean {
    if (call.isSettled) return false;
    const cause = reason === undefined ? {} : { cause: reason };
    const error = new CancelledError(`The call of "${this.ledger.methodOf(call)}" was cancelled.`, cause);
    this.#withdraw(call, error);
    this.ledger.cancel(call, error);
    return true;
  }

  /** Sees to it that a call doesn't run, or is told to end. */
  #withdraw(call: Call, error: CancelledError): void {
    const { handle, live } = call;
    if (call.state !== SENT || handle === undefined || live === undefined) {
      if (!this.#awaiting.delete(call)) this.dispatcher.forget(call);
    } else if (live.takeBack(call)) {
      handle.rest(tickNow());
      this.dispatcher.pump(handle);
    } else {
      handle.abort(call, error);
      const isActor = this.options.concurrency === 1 && this.options.engine.wire !== "reference";
      if (isActor) this.grace.watch(call, handle);
    }
  }

  #onSend(call: Call, handle: WorkerHandle): void {
    const now = tickNow();
    call.sentAt = now;
    this.ledger.counts.waitMs.add(now - call.calledAt);
    if (handle.isAtRest) handle.clock.busy(now);
    if (this.events.has("callStart")) {
      const method = this.ledger.methodOf(call);
      this.events.emit("callStart", { callId: call.number, method, workerIndex: handle.index });
    }
  }

  /** The values of a call can't be copied: for a promise among them, or for good. */
  #onUnsendable(call: Call, error: unknown): void {
    const value = call.payload;
    call.handle?.rest(tickNow());
    const list = call.op & SEVERAL ? (value as unknown[]) : [value];
    if (this.options.unwrapFutures && findPromises(list)) {
      this.#awaitArguments(call, list);
      return;
    }
    const place = call.op & SEVERAL ? "arguments" : "argument";
    const { wire } = this.options.engine;
    const method = this.ledger.methodOf(call);
    this.ledger.reject(call, serializationError(method, place, value, error, wire, call.transfer));
  }

  #onReply(handle: WorkerHandle, call: Call, code: number, value: unknown): void {
    const failed = isFailure(code);
    handle.rest(tickNow());
    if (code !== REPLY_WITHDRAWN) handle.finished(failed);
    if (call.isSettled) return;
    if (!failed) this.ledger.fulfil(call, readValue(code, value));
    else this.ledger.reject(call, readFailure(code, value, this.options.engine.wire, this.options.exported));
  }

  #supervisorListener(): SupervisorListener {
    return {
      onStart: ({ index, id }) => this.events.emit("workerStart", { workerIndex: index, workerId: id }),
      onReady: (handle) => this.#onReady(handle),
      onReply: (handle, call, code, value) => this.#onReply(handle, call, code, value),
      onWork: (methodIndex, calls, busyMs) => this.#window.learn(methodIndex, calls, busyMs),
      onRoom: (handle) => this.dispatcher.pump(handle),
      onExit: (handle, end) => this.#onExit(handle, end),
      onRestart: ({ index, restarts }, waitMs) =>
        this.events.emit("workerRestart", { workerIndex: index, restarts, waitMs }),
      onDead: (handle, error) => this.#onDead(handle, error),
    };
  }

  #onReady(handle: WorkerHandle): void {
    const startMs = performance.now() - handle.startedAt;
    this.events.emit("workerReady", { workerIndex: handle.index, workerId: handle.id, startMs });
    this.up.resolve();
    handle.changed.resolve();
    this.dispatcher.pump(handle);
  }

  #onExit(handle: WorkerHandle, { exit, lost, waiting }: WorkerEnd): void {
    const { index: workerIndex, id: workerId } = handle;
    const { code: exitCode, signal } = exit;
    const expected = this.closedBy !== undefined || handle.isBeingReplaced;
    this.events.emit("workerExit", { workerIndex, workerId, exitCode, signal, expected });
    for (const { call, started } of lost) {
      const facts = { method: this.ledger.methodOf(call), started };
      this.ledger.reject(call, crashError(this.options.name, handle, exit, facts));
    }
    this.dispatcher.move([...waiting, ...this.dispatcher.takeFrom(handle)]);
  }

  #onDead(handle: WorkerHandle, error: Error): void {
    this.deadBecause = error;
    handle.deadBecause = error;
    this.dispatcher.move(this.dispatcher.takeFrom(handle));
    if (this.handles.some(({ state }) => state !== "dead")) return;
    this.up.reject(error);
    for (const call of this.dispatcher.takeAll()) this.ledger.reject(call, error);
  }
}
