import type { ControlLane } from "../control/control-lane.ts";
import type { HostControls } from "../control/controls.ts";
import { WorkerStartError } from "../errors/worker-errors.ts";
import type { WorkerExit } from "../protocol/connection.ts";
import type { FailedMessage } from "../protocol/frame.ts";
import { decodeThrown } from "../protocol/wire-error.ts";
import { tickNow } from "../util/clock.ts";
import { within } from "../util/within.ts";
import { untilAtRest } from "./at-rest.ts";
import type { Call } from "./call.ts";
import { Launcher } from "./launcher.ts";
import type { LiveWorkerListener } from "./live-worker.ts";
import type { ResolvedOptions, WorkerClass } from "./resolved-options.ts";
import { readEnd, type WorkerEnd } from "./worker-end.ts";
import type { Successor, WorkerHandle } from "./worker-handle.ts";

/** What the supervisor tells the pool. */
export interface SupervisorListener {
  onStart(handle: WorkerHandle): void;
  /** A worker can be reached. Returns what its host is told of the pool's limits. */
  onAttach(handle: WorkerHandle, control: ControlLane<HostControls>): unknown;
  onReady(handle: WorkerHandle): void;
  onReply(handle: WorkerHandle, call: Call, code: number, value: unknown): void;
  onWork(methodIndex: number, calls: number, busyMs: number): void;
  onHeap(handle: WorkerHandle): void;
  onRoom(handle: WorkerHandle): void;
  /** A worker takes no more calls: those that wait at its place may go elsewhere. */
  onRetire(handle: WorkerHandle): void;
  /** A worker is gone; what becomes of its calls is to be settled at once. */
  onExit(handle: WorkerHandle, end: WorkerEnd): void;
  onRestart(handle: WorkerHandle, waitMs: number): void;
  /** No worker is at the place until somebody wants one. */
  onAsleep(handle: WorkerHandle): void;
  /** A worker will not be started again. */
  onDead(handle: WorkerHandle, error: Error): void;
}

// A host that is still loading its module at the time limit says so itself, and better.
const LOAD_REPORT_MS = 250;
// How long the `onStop` of a worker may take that is retired.
const LAST_WORK_MS = 30_000;
/** From the polite end of a worker that has nothing to do any more to its hard end: it writes its last output. */
export const LAST_OUTPUT_MS = 500;

let lastWorkerId = 0;

/**
 * Starts workers, sees them die, starts them anew, ends them when they have done their part. The states of a place:
 *
 *     asleep ──wanted──▶ starting ──up──▶ ready ──retired──▶ draining
 *        ▲                │  ▲              │                   │
 *        │         failed,│  │wait over     │died               │gone
 *        │            died│  │              │                   ▼
 *        │                ▼  │              ▼          its successor, as decided
 *        │             crashed ─▶ restarting           when it was retired:
 *        │                │                            starting, asleep, or dead
 *        └──on demand─────┤
 *                         └─too often, or hopeless──▶ dead
 *
 * A worker that dies while it drains is followed by the same successor; that death doesn't count.
 */
export class Supervisor {
  readonly #options: ResolvedOptions;
  readonly #listener: SupervisorListener;
  readonly #launcher: Launcher;
  #isStopping = false;

  constructor(
    workerClass: WorkerClass,
    options: ResolvedOptions,
    constructorArguments: readonly unknown[],
    listener: SupervisorListener,
  ) {
    this.#options = options;
    this.#listener = listener;
    this.#launcher = new Launcher(workerClass, options, constructorArguments, {
      listenTo: (handle) => this.#listenTo(handle),
      onAttach: (handle, control) => listener.onAttach(handle, control),
      onFailed: (handle, error) => this.#failed(handle, error),
    });
  }

  /** Starts the worker of a place. Failures come as `onDead`, or are followed by another start. */
  start(handle: WorkerHandle): void {
    // A listener that hears of a restart may stop the pool.
    if (this.#isStopping) return;
    lastWorkerId += 1;
    handle.begin(lastWorkerId, this.#options);
    this.#listener.onStart(handle);
    this.#watchStart(handle);
    this.#launcher.launch(handle);
  }

  /** No worker is started any more; those that wait for a restart are given up. */
  close(handles: readonly WorkerHandle[]): void {
    this.#isStopping = true;
    for (const handle of handles) {
      clearTimeout(handle.restartTimer);
      if (handle.live === undefined && handle.state !== "starting") handle.state = "dead";
    }
  }

  /** Ends a worker that doesn't obey, and starts another in its place. */
  replace(handle: WorkerHandle): void {
    if (handle.successor === "by rule") handle.successor = "another";
    this.#kill(handle, 0);
  }

  /** Ends a worker that is no longer fit to work: its death like any other, for this reason. */
  condemn(handle: WorkerHandle, reason: Error): void {
    handle.dyingOf = reason;
    handle.isCondemned = true;
    handle.live?.connection.kill(0);
  }

  /** Lets a worker finish what it runs, then ends it. Resolves when it is gone, also when it dies before. */
  async retire(handle: WorkerHandle, successor: Successor): Promise<void> {
    const { live, control, gone } = handle;
    handle.successor = successor;
    if (live === undefined) return;
    handle.state = "draining";
    this.#listener.onRetire(handle);
    await untilAtRest(handle, live, this.#options.graceMs);
    if (handle.live !== live) return;
    const isOver = await within(LAST_WORK_MS, control?.call("stop", LAST_WORK_MS));
    if (handle.live === live) this.#kill(handle, isOver ? LAST_OUTPUT_MS : 0);
    await gone.promise;
  }

  /** Ends what is on its way to a place; nobody follows. */
  async dismiss(handle: WorkerHandle): Promise<void> {
    handle.successor = "nobody";
    clearTimeout(handle.restartTimer);
    if (handle.state === "starting" && handle.id > 0) {
      handle.isToldToEnd = true;
      this.#abandon(handle, handle.deadBecause);
      await handle.gone.promise;
    }
    handle.state = "dead";
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
      onWork: (methodIndex, calls, busyMs) => {
        handle.clock.measured(busyMs, tickNow());
        listener.onWork(methodIndex, calls, busyMs);
      },
      onHeap: () => listener.onHeap(handle),
      onRoom: () => listener.onRoom(handle),
      onExit: (exit) => this.#exited(handle, exit),
    };
  }

  #watchStart(handle: WorkerHandle): void {
    const { startTimeoutMs, name } = this.#options;
    handle.startTimer = setTimeout(() => {
      const message = `Worker ${handle.index} of "${name}" was not up after ${startTimeoutMs} ms.`;
      this.#abandon(handle, new WorkerStartError(message));
    }, startTimeoutMs + LOAD_REPORT_MS).unref();
  }

  #ready(handle: WorkerHandle, via: string): void {
    clearTimeout(handle.startTimer);
    this.#launcher.remember(via);
    if (this.#isStopping) return;
    handle.becomeReady(performance.now());
    this.#listener.onReady(handle);
  }

  /** The host says that it can't start the worker. */
  #refused(handle: WorkerHandle, message: FailedMessage): void {
    if (this.#launcher.takesHints(message)) {
      if (handle.successor !== "nobody") handle.successor = "another";
      this.#kill(handle, 0);
    } else {
      this.#failed(handle, decodeThrown(message.error, { resolveExport: this.#options.exported }));
    }
  }

  /** A worker that isn't up is not wanted any more. What an engine still brings after this is ended, too. */
  #abandon(handle: WorkerHandle, error: unknown): void {
    if (handle.live === undefined) handle.abortStart.abort(error);
    else this.#failed(handle, error);
  }

  #failed(handle: WorkerHandle, error: unknown): void {
    clearTimeout(handle.startTimer);
    handle.dyingOf = error;
    if (handle.live === undefined) this.#exited(handle, { code: null, signal: null, error });
    else handle.live.connection.kill(0);
  }

  #kill(handle: WorkerHandle, graceMs: number): void {
    handle.isToldToEnd = true;
    handle.live?.connection.kill(graceMs);
  }

  #exited(handle: WorkerHandle, exit: WorkerExit): void {
    const { control } = handle;
    const end = readEnd(handle, exit, this.#options);
    clearTimeout(handle.startTimer);
    handle.live = undefined;
    handle.control = undefined;
    handle.clock.ended(performance.now());
    if (handle.successor === "by rule") handle.state = "crashed";
    control?.close(end.error);
    handle.bars?.close();
    handle.bars = undefined;
    this.#listener.onExit(handle, end);
    handle.gone.resolve();
    this.#succeed(handle, end);
    handle.changed.resolve();
    handle.rested.resolve();
  }

  #succeed(handle: WorkerHandle, end: WorkerEnd): void {
    const { successor } = handle;
    if (this.#isStopping || successor === "nobody") {
      handle.state = "dead";
    } else if (successor === "another") {
      this.start(handle);
    } else if (successor === "on demand") {
      handle.state = "asleep";
      this.#listener.onAsleep(handle);
    } else {
      const now = performance.now();
      const waitMs = end.isHopeless ? undefined : handle.rule.died(now, now - handle.startedAt);
      if (waitMs === undefined) this.#giveUp(handle, end);
      else this.#restartAfter(handle, waitMs);
    }
  }

  #restartAfter(handle: WorkerHandle, waitMs: number): void {
    handle.state = "restarting";
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
