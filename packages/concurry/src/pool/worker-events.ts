import { WorkerCrashedError } from "../errors/worker-errors.ts";
import { REPLY_WITHDRAWN, STREAM } from "../protocol/frame.ts";
import { tickNow } from "../util/clock.ts";
import { rejectIfAllAreDead } from "./all-dead.ts";
import type { Call } from "./call.ts";
import { crashError } from "./crash-error.ts";
import { connectLimits, disconnectLimits } from "./limits-of-worker.ts";
import { isFailure, readFailure, readValue } from "./outcome.ts";
import type { PoolCore } from "./pool.ts";
import { poolControls } from "./pool-controls.ts";
import { isAhead } from "./stream-call.ts";
import type { SupervisorListener } from "./supervisor.ts";
import type { Window } from "./window.ts";
import type { WorkerEnd } from "./worker-end.ts";
import type { WorkerHandle } from "./worker-handle.ts";

/** What a pool does when something happens to a worker. */
export function workerEvents(pool: PoolCore, window: Window): SupervisorListener {
  const { events, dispatcher } = pool;
  return {
    onStart: ({ index, id }) => events.emit("workerStart", { workerIndex: index, workerId: id }),
    onAttach: (handle, control) => {
      control.serve(poolControls(pool, handle));
      return connectLimits(pool, handle, control);
    },
    onReady: (handle) => onReady(pool, handle),
    onReply: (handle, call, code, value) => onReply(pool, handle, call, code, value),
    onWork: (methodIndex, calls, busyMs) => window.learn(methodIndex, calls, busyMs),
    onHeap: (handle) => onHeap(pool, handle),
    onRoom: (handle) => dispatcher.pump(handle),
    onRetire: (handle) => {
      if (!handle.isLeaving) dispatcher.move(dispatcher.takeFrom(handle));
    },
    onExit: (handle, end) => onExit(pool, handle, end),
    onRestart: ({ index, restarts }, waitMs) => {
      pool.ledger.counts.restarts += 1;
      events.emit("workerRestart", { workerIndex: index, restarts, waitMs });
    },
    onAsleep: (handle) => {
      dispatcher.pump(handle);
      // A place where one can be started is as good as a worker that is up.
      pool.entrance.up.resolve();
    },
    onDead: (handle, error) => onDead(pool, handle, error),
  };
}

function onReply(pool: PoolCore, handle: WorkerHandle, call: Call, code: number, value: unknown): void {
  const { attempts, options } = pool;
  const failed = isFailure(code);
  const now = tickNow();
  // A stream lasts as long as its consumer takes: the worker doesn't report it as work.
  if (call.op & STREAM) handle.clock.unmeasured(now);
  handle.rest(now);
  if (code !== REPLY_WITHDRAWN) handle.finished(failed);
  if (call.isSettled) return;
  if (!failed) attempts.succeeded(call, readValue(code, value));
  else if (isAhead(call, code)) attempts.succeeded(call, undefined);
  else attempts.failed(call, readFailure(code, value, options.engine.wire, options.exported));
}

function onReady(pool: PoolCore, handle: WorkerHandle): void {
  const { events, entrance, dispatcher } = pool;
  const startMs = performance.now() - handle.startedAt;
  events.emit("workerReady", { workerIndex: handle.index, workerId: handle.id, startMs });
  entrance.up.resolve();
  handle.changed.resolve();
  dispatcher.pump(handle);
}

/** A worker whose heap has grown too large is followed by another; one at a time, so that the others go on. */
function onHeap({ options, places, supervisor }: PoolCore, handle: WorkerHandle): void {
  if (handle.state !== "ready" || handle.isLeaving || handle.live === undefined) return;
  if (handle.live.heapUsedBytes <= options.recycle.aboveHeapBytes) return;
  if (places.handles.some((other) => other.state === "draining" || other.isComing)) return;
  void supervisor.retire(handle, "another");
}

function onExit(pool: PoolCore, handle: WorkerHandle, end: WorkerEnd): void {
  const { exit, lost, waiting } = end;
  const { events, attempts, dispatcher, options, ledger } = pool;
  const { index: workerIndex, id: workerId } = handle;
  const { code: exitCode, signal } = exit;
  disconnectLimits(pool, handle);
  const expected = pool.closedBy !== undefined || handle.isToldToEnd;
  events.emit("workerExit", { workerIndex, workerId, exitCode, signal, expected, error: exit.error });
  if (!expected && lost.length === 0) tellOfError(handle, end);
  for (const { call, started } of lost) {
    attempts.failed(call, crashError(options.name, handle, exit, { method: ledger.methodOf(call), started }));
  }
  // A worker that was started for one call, and never was up: that is the end of this call.
  const isFutile = options.onDemand && handle.state === "starting" && handle.successor === "on demand";
  if (isFutile) for (const call of dispatcher.takeFrom(handle)) attempts.failed(call, end.error);
  dispatcher.move([...waiting, ...dispatcher.takeFrom(handle)]);
}

/** An error that nobody caught, and that no call tells of, must not be lost. */
function tellOfError({ isCondemned }: WorkerHandle, { exit, error }: WorkerEnd): void {
  const wasUp = error instanceof WorkerCrashedError;
  if (wasUp && !isCondemned && exit.error !== undefined) process.emitWarning(error);
}

function onDead(pool: PoolCore, handle: WorkerHandle, error: Error): void {
  const { dispatcher } = pool;
  if (!handle.isLeaving) pool.deadBecause = error;
  handle.deadBecause = error;
  dispatcher.move(dispatcher.takeFrom(handle));
  rejectIfAllAreDead(pool);
}
