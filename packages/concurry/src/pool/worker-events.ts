import { REPLY_WITHDRAWN } from "../protocol/frame.ts";
import { tickNow } from "../util/clock.ts";
import type { Call } from "./call.ts";
import { crashError } from "./crash-error.ts";
import { connectLimits, disconnectLimits } from "./limits-of-worker.ts";
import { isFailure, readFailure, readValue } from "./outcome.ts";
import type { PoolCore } from "./pool.ts";
import type { SupervisorListener } from "./supervisor.ts";
import type { Window } from "./window.ts";
import type { WorkerEnd } from "./worker-end.ts";
import type { WorkerHandle } from "./worker-handle.ts";

/** What a pool does when something happens to a worker. */
export function workerEvents(pool: PoolCore, window: Window): SupervisorListener {
  const { events, dispatcher } = pool;
  return {
    onStart: ({ index, id }) => events.emit("workerStart", { workerIndex: index, workerId: id }),
    onAttach: (handle, control) => connectLimits(pool, handle, control),
    onReady: (handle) => onReady(pool, handle),
    onReply: (handle, call, code, value) => onReply(pool, handle, call, code, value),
    onWork: (methodIndex, calls, busyMs) => window.learn(methodIndex, calls, busyMs),
    onRoom: (handle) => dispatcher.pump(handle),
    onExit: (handle, end) => onExit(pool, handle, end),
    onRestart: ({ index, restarts }, waitMs) =>
      events.emit("workerRestart", { workerIndex: index, restarts, waitMs }),
    onDead: (handle, error) => onDead(pool, handle, error),
  };
}

function onReply(pool: PoolCore, handle: WorkerHandle, call: Call, code: number, value: unknown): void {
  const { attempts, options } = pool;
  const failed = isFailure(code);
  handle.rest(tickNow());
  if (code !== REPLY_WITHDRAWN) handle.finished(failed);
  if (call.isSettled) return;
  if (!failed) attempts.succeeded(call, readValue(code, value));
  else attempts.failed(call, readFailure(code, value, options.engine.wire, options.exported));
}

function onReady({ events, up, dispatcher }: PoolCore, handle: WorkerHandle): void {
  const startMs = performance.now() - handle.startedAt;
  events.emit("workerReady", { workerIndex: handle.index, workerId: handle.id, startMs });
  up.resolve();
  handle.changed.resolve();
  dispatcher.pump(handle);
}

function onExit(pool: PoolCore, handle: WorkerHandle, { exit, lost, waiting }: WorkerEnd): void {
  const { events, attempts, dispatcher, options, ledger } = pool;
  const { index: workerIndex, id: workerId } = handle;
  const { code: exitCode, signal } = exit;
  disconnectLimits(pool, handle);
  const expected = pool.closedBy !== undefined || handle.isBeingReplaced;
  events.emit("workerExit", { workerIndex, workerId, exitCode, signal, expected });
  for (const { call, started } of lost) {
    attempts.failed(call, crashError(options.name, handle, exit, { method: ledger.methodOf(call), started }));
  }
  dispatcher.move([...waiting, ...dispatcher.takeFrom(handle)]);
}

function onDead(pool: PoolCore, handle: WorkerHandle, error: Error): void {
  const { dispatcher, handles, ledger, up } = pool;
  pool.deadBecause = error;
  handle.deadBecause = error;
  dispatcher.move(dispatcher.takeFrom(handle));
  if (handles.some(({ state }) => state !== "dead")) return;
  up.reject(error);
  const waiting = [...dispatcher.takeAll(), ...(pool.charging?.list() ?? [])];
  for (const call of waiting) ledger.reject(call, error);
}
