import { WorkerNotFoundError } from "../errors/worker-errors.ts";
import type { ClassLocator } from "../protocol/frame.ts";
import { type AnyFunction, functionNameOf, isNative, textMark } from "../protocol/function-mark.ts";
import { type TaskRecord, taskRecord } from "../protocol/task-record.ts";
import { inspectLocation } from "../worker/inspect-location.ts";
import { explicitCandidate, locatorOf, noFile, siteCandidates, usable } from "../worker/locate.ts";

const MOVE = "Move it to a file.";

const known = new WeakMap<AnyFunction, NamedFunction>();

/**
 * Says where a thread or process finds a task again.
 *
 * @param module The one that the task's options name.
 * @throws {WorkerNotFoundError} When no file is known that makes it.
 */
export function locateTask({ run, site, mark }: TaskRecord, module?: string | URL): ClassLocator {
  const name = functionNameOf(run);
  const candidates = module === undefined ? siteCandidates(site) : [explicitCandidate(module, site)];
  if (candidates.length === 0) throw noFile(name, site.url, MOVE);
  return { ...locatorOf(name, candidates), mark };
}

/** A function of the user's as a call names it to a worker of another realm. */
export interface NamedFunction {
  readonly locator: ClassLocator;
  /** The same as text, which is sent with each call. */
  readonly text: string;
}

/**
 * How a worker of another realm finds a function: a task, or one that its module exports.
 *
 * @throws {WorkerNotFoundError} When it is certain that no worker can find it.
 */
export function locateFunction(run: AnyFunction): NamedFunction {
  const existing = known.get(run);
  if (existing !== undefined) return existing;
  const record = taskRecord(run);
  const locator = record === undefined ? locateExport(run) : locateTask(record);
  const named = { locator, text: JSON.stringify(locator) };
  known.set(run, named);
  return named;
}

// Whether its module exports it, and no other one of that name, only a worker sees that has loaded it.
function locateExport(run: AnyFunction): ClassLocator {
  const name = functionNameOf(run);
  if (isNative(run)) {
    throw new WorkerNotFoundError(
      `Function "${name}" is bound, or one of the engine: its code can't be found in another thread. ` +
        "Call it in a function of your own, and export that from its module or wrap it as task(…) at module level.",
      { reason: "task" },
    );
  }
  const location = inspectLocation(run);
  const candidates = location === undefined ? [] : usable([{ ...location, via: "inspector" }]);
  if (candidates.length === 0)
    throw noFile(name, undefined, `${MOVE.slice(0, -1)}, or wrap it as task(…) at module level.`);
  return {
    ...locatorOf(name, candidates),
    inspected: true,
    mark: { kind: "export", parameters: run.length, text: textMark(run) },
  };
}
