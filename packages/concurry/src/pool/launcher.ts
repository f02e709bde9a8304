import { ControlLane } from "../control/control-lane.ts";
import type { HostControls } from "../control/controls.ts";
import type { Connection } from "../protocol/connection.ts";
import type { ClassLocator, FailedMessage } from "../protocol/frame.ts";
import { LiveWorker, type LiveWorkerListener } from "./live-worker.ts";
import type { ResolvedOptions, WorkerClass } from "./resolved-options.ts";
import type { WorkerHandle } from "./worker-handle.ts";

/** What a launcher needs of the one who launches. */
export interface LaunchListener {
  /** Who hears what the worker of a place says. */
  listenTo(handle: WorkerHandle): LiveWorkerListener;
  /** A worker can be reached. Returns what its host is told of the pool's limits. */
  onAttach(handle: WorkerHandle, control: ControlLane<HostControls>): unknown;
  onFailed(handle: WorkerHandle, error: unknown): void;
}

/** Brings a worker to a place: has the engine start it, and tells its host what to load and construct. */
export class Launcher {
  readonly #workerClass: WorkerClass;
  readonly #options: ResolvedOptions;
  readonly #constructorArguments: readonly unknown[];
  readonly #listener: LaunchListener;
  #locator: ClassLocator | undefined;

  constructor(
    workerClass: WorkerClass,
    options: ResolvedOptions,
    constructorArguments: readonly unknown[],
    listener: LaunchListener,
  ) {
    this.#workerClass = workerClass;
    this.#options = options;
    this.#constructorArguments = constructorArguments;
    this.#listener = listener;
  }

  launch(handle: WorkerHandle): void {
    try {
      const spawned = this.#spawn(handle);
      if (spawned instanceof Promise) this.#attachLater(handle, spawned);
      else this.#attach(handle, spawned);
    } catch (error) {
      this.#listener.onFailed(handle, error);
    }
  }

  /** A host has found the class: later ones look there first. */
  remember(via: string): void {
    if (this.#locator !== undefined) this.#options.rememberVia(this.#locator, via);
  }

  /** True when a host that could not load the class knows how another one might. */
  takesHints({ respawn }: FailedMessage): boolean {
    const locator = this.#locator && respawn && this.#options.relocate(this.#locator, respawn);
    if (locator === undefined) return false;
    this.#locator = locator;
    return true;
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
    const giveUp = (): void => this.#listener.onFailed(handle, signal.reason);
    signal.addEventListener("abort", giveUp, { once: true });
    spawned.then(
      (connection) => {
        signal.removeEventListener("abort", giveUp);
        if (signal.aborted) connection.kill(0);
        else this.#attach(handle, connection);
      },
      (error: unknown) => {
        signal.removeEventListener("abort", giveUp);
        if (!signal.aborted) this.#listener.onFailed(handle, error);
      },
    );
  }

  #attach(handle: WorkerHandle, connection: Connection): void {
    const { name, mode, concurrency, methods, timeoutMs, startTimeoutMs } = this.#options;
    const live: LiveWorker = new LiveWorker(connection, timeoutMs, this.#listener.listenTo(handle));
    handle.live = live;
    const control = new ControlLane<HostControls>(connection);
    handle.control = control;
    live.start({
      workerId: handle.id,
      workerIndex: handle.index,
      poolName: name,
      mode,
      concurrency,
      methods,
      locator: this.#locator ?? { className: name, candidates: [], hints: {} },
      constructorArguments: this.#constructorArguments,
      timeoutMs,
      limits: this.#listener.onAttach(handle, control),
      loadTimeoutMs: startTimeoutMs,
    });
  }
}
