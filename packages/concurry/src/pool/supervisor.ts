import { ControlLane } from "../control/control-lane.ts";
import type { HostControls } from "../control/controls.ts";
import { WorkerStartError } from "../errors/worker-errors.ts";
import type { Connection, WorkerExit } from "../protocol/connection.ts";
import type { ClassLocator, FailedMessage } from "../protocol/frame.ts";
import { decodeThrown } from "../protocol/wire-error.ts";
import type { Call } from "./call.ts";
import { LiveWorker, type LiveWorkerListener } from "./live-worker.ts";
import type { ResolvedOptions, WorkerClass } from "./resolved-options.ts";
import { readEnd, type WorkerEnd } from "./worker-end.ts";
import type { WorkerHandle } from "./worker-handle.ts";

/** What the supervisor tells the pool. */
export interface SupervisorListener {
  onStart(handle: WorkerHandle): void;
  /** A worker can be reached. Returns what its host is told of the pool's limits. */
  onAttach(handle: WorkerHandle, control: ControlLane<HostControls>): unknown;
  onReady(handle: WorkerHandle): void;
  onReply(handle: WorkerHandle, call: Call, code: number, value: unknown): void;
  onWork(methodIndex: number, calls: number, busyMs: number): void;
  onRoom(handle: WorkerHandle): void;
  /** A worker is gone; what becomes of its calls is to be settled at once. */
  onExit(handle: WorkerHandle, end: WorkerEnd): void;
  onRestart(handle: WorkerHandle, waitMs: number): void;
  /** A worker will not be started again. */
  onDead(handle: WorkerHandle, error: Error): void;
}

// A host that is still loading its module at the time limit says so itself, and better.
const LOAD_REPORT_MS = 250;

let lastWorkerId = 0;

/**
 * Starts workers, sees them die, starts them anew. The states of a worker's place:
 *
 *     starting ──ready──▶ ready ──stop──▶ draining ──▶ dead
 *        │  ▲               │
 *     failed│ wait over    exit
 *        ▼  │               │
 *     restarting ◀──────────┘ ──too often, or failed at the first start──▶ dead
 */
export class Supervisor {
  readonly #workerClass: WorkerClass;
  readonly #options: ResolvedOptions;
  readonly #constructorArguments: readonly unknown[];
  readonly #listener: SupervisorListener;
  #locator: ClassLocator | undefined;
  #isStopping = false;

  constructor(
    workerClass: WorkerClass,
    options: ResolvedOptions,
    constructorArguments: readonly unknown[],
    listener: SupervisorListener,
  ) {
    this.#workerClass = workerClass;
    this.#options = options;
    this.#constructorArguments = constructorArguments;
    this.#listener = listener;
  }

  /** Starts the worker of a place. Failures come as `onDead`, or are followed by another start. */
  start(handle: WorkerHandle): void {
    // A listener that hears of a restart may stop the pool.
    if (this.#isStopping) return;
    lastWorkerId += 1;
    handle.begin(lastWorkerId);
    this.#listener.onStart(handle);
    this.#watchStart(handle);
    try {
      const spawned = this.#spawn(handle);
      if (spawned instanceof Promise) this.#attachLater(handle, spawned);
      else this.#attach(handle, spawned);
    } catch (error) {
      this.#failed(handle, error);
    }
  }

  /** No worker is started any more; those that wait for a restart are given up. */
  close(handles: readonly WorkerHandle[]): void {
    this.#isStopping = true;
    for (const handle of handles) {
      clearTimeout(handle.restartTimer);
      if (handle.state === "restarting") handle.state = "dead";
    }
  }

  /** Ends a worker that doesn't obey, and starts another in its place. */
  replace(handle: WorkerHandle): void {
    handle.isBeingReplaced = true;
    handle.live?.connection.kill(0);
  }

  #spawn(handle: WorkerHandle): Connection | Promise<Connection> {
    const { engine } = this.#options;
    const { signal } = handle.abortStart;
    signal.throwIfAborted();
    if (engine.wire !== "reference") this.#locator ??= this.#options.locate();
    const own = { workerIndex: handle.index, workerId: handle.id, workerClass: this.#workerClass };
    return engine.spawn({ ...this.#options, ...own, locator: this.#locator }, signal);
  }

  /** For engines that take their time. What comes up after it is no longer wanted is ended. */
  #attachLater(handle: WorkerHandle, spawned: Promise<Connection>): void {
    const { signal } = handle.abortStart;
    const giveUp = (): void => this.#failed(handle, signal.reason);
    signal.addEventListener("abort", giveUp, { once: true });
    spawned.then(
      (connection) => {
        signal.removeEventListener("abort", giveUp);
        if (signal.aborted) connection.kill(0);
        else this.#attach(handle, connection);
      },
      (error: unknown) => {
        signal.removeEventListener("abort", giveUp);
        if (!signal.aborted) this.#failed(handle, error);
      },
    );
  }

  #attach(handle: WorkerHandle, connection: Connection): void {
    const live: LiveWorker = new LiveWorker(connection, this.#options.timeoutMs, this.#listenTo(handle));
    handle.live = live;
    const control = new ControlLane<HostControls>(connection);
    handle.control = control;
    control.serve({ warn: (message: string, code: string) => process.emitWarning(message, { code }) });
    live.start({
      workerId: handle.id,
      workerIndex: handle.index,
      poolName: this.#options.name,
      mode: this.#options.mode,
      concurrency: this.#options.concurrency,
      methods: this.#options.methods,
      locator: this.#locator ?? { className: this.#options.name, candidates: [], hints: {} },
      constructorArguments: this.#constructorArguments,
      timeoutMs: this.#options.timeoutMs,
      limits: this.#listener.onAttach(handle, control),
      loadTimeoutMs: this.#options.startTimeoutMs,
    });
  }

  #listenTo(handle: WorkerHandle): LiveWorkerListener {
    const listener = this.#listener;
    return {
      onReady: (via) => this.#ready(handle, via),
      onFailed: (message) => this.#refused(handle, message),
      onDying: (message) => {
        handle.dyingOf = decodeThrown(message.error, { resolveExport: this.#options.exported });
      },
      onControl: (body) => handle.control?.receive(body),
      // What a call gave back left before its result did: so it is known when the call settles.
      onReplies: () => {
        if (handle.desk?.isInUse) handle.live?.connection.readControl?.();
      },
      onReply: (call, code, value) => listener.onReply(handle, call, code, value),
      onWork: (methodIndex, calls, busyMs) => listener.onWork(methodIndex, calls, busyMs),
      onRoom: () => listener.onRoom(handle),
      onExit: (exit) => this.#exited(handle, exit),
    };
  }

  #watchStart(handle: WorkerHandle): void {
    const { startTimeoutMs, name } = this.#options;
    handle.startTimer = setTimeout(() => {
      const message = `Worker ${handle.index} of "${name}" was not up after ${startTimeoutMs} ms.`;
      const error = new WorkerStartError(message);
      // What an engine still brings after this is ended, too.
      if (handle.live === undefined) handle.abortStart.abort(error);
      else this.#failed(handle, error);
    }, startTimeoutMs + LOAD_REPORT_MS).unref();
  }

  #ready(handle: WorkerHandle, via: string): void {
    clearTimeout(handle.startTimer);
    if (this.#locator !== undefined) this.#options.rememberVia(this.#locator, via);
    if (this.#isStopping) return;
    handle.state = "ready";
    handle.hasBeenReady = true;
    handle.clock.ready(performance.now());
    this.#listener.onReady(handle);
  }

  /** The host says that it can't start the worker. */
  #refused(handle: WorkerHandle, message: FailedMessage): void {
    const retryWith =
      message.respawn && this.#locator && this.#options.relocate(this.#locator, message.respawn);
    if (retryWith === undefined) {
      this.#failed(handle, decodeThrown(message.error, { resolveExport: this.#options.exported }));
    } else {
      this.#locator = retryWith;
      this.replace(handle);
    }
  }

  #failed(handle: WorkerHandle, error: unknown): void {
    clearTimeout(handle.startTimer);
    handle.dyingOf = error;
    if (handle.live === undefined) this.#exited(handle, { code: null, signal: null, error });
    else handle.live.connection.kill(0);
  }

  #exited(handle: WorkerHandle, exit: WorkerExit): void {
    const { control } = handle;
    const end = readEnd(handle, exit, this.#options);
    clearTimeout(handle.startTimer);
    handle.live = undefined;
    handle.control = undefined;
    handle.clock.ended(performance.now());
    handle.state = "restarting";
    control?.close(end.error);
    this.#listener.onExit(handle, end);
    handle.gone.resolve();
    this.#afterExit(handle, end);
    handle.changed.resolve();
  }

  #afterExit(handle: WorkerHandle, end: WorkerEnd): void {
    if (this.#isStopping) {
      handle.state = "dead";
    } else if (handle.isBeingReplaced) {
      this.start(handle);
    } else {
      const now = performance.now();
      const waitMs = end.isHopeless ? undefined : handle.rule.died(now, now - handle.startedAt);
      if (waitMs === undefined) this.#giveUp(handle, end);
      else this.#restartAfter(handle, waitMs);
    }
  }

  #restartAfter(handle: WorkerHandle, waitMs: number): void {
    handle.restarts += 1;
    this.#listener.onRestart(handle, waitMs);
    if (waitMs === 0) this.start(handle);
    else handle.restartTimer = setTimeout(() => this.start(handle), waitMs).unref();
  }

  #giveUp(handle: WorkerHandle, { isHopeless, error: cause }: WorkerEnd): void {
    handle.state = "dead";
    const { name, restart } = this.#options;
    const why = restart === false ? "died" : "died too often";
    const message = `Worker ${handle.index} of "${name}" ${why} and is not started again: ${cause.message}`;
    this.#listener.onDead(handle, isHopeless ? cause : new WorkerStartError(message, { cause }));
  }
}
