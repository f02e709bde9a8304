import { usedUp, withPrevious } from "concurry/internal";
import type { Item } from "../elements/element.ts";
import { failed, succeeded } from "../elements/outcome.ts";
import type { StageRun } from "./stage-run.ts";

/** What is known of an element's attempts; made at the first that fails. */
export interface Attempts {
  /** The attempt that runs or has just ended, from 1. */
  number: number;
  /** Index of the worker that it ran in, where it is known. */
  worker?: number | undefined;
  readonly errors: unknown[];
  readonly results: unknown[];
}

/** What is known of the attempts of a call. */
export function attemptsOf(call: { attempts: Attempts | undefined }): Attempts {
  call.attempts ??= { number: 1, errors: [], results: [] };
  return call.attempts;
}

/** What has to be done with an element that failed: wait for so long and try again, pass it on, or nothing. */
export type Decision = { readonly retryAfterMs: number } | "pass" | "gone";

/** Whether the result of an attempt will do; asked only where the options judge results. */
export function isAccepted(run: StageRun, result: unknown, attempt: number): boolean {
  return run.options.retry?.accepts(result, run.retryContext(attempt)) ?? true;
}

/** An attempt has a result that `until` does not take. */
export function onRefused(run: StageRun, item: Item, attempts: Attempts, result: unknown): Decision {
  attempts.results.push(result);
  const waitMs = run.options.retry?.waitAfter(attempts.number);
  if (waitMs !== undefined) return retryLater(run, item, attempts, waitMs, undefined);
  return giveUp(run, item, usedUp(run.name, attempts.results), attempts, false);
}

/** An attempt has failed: by the stage's options it is tried again, left out, passed on as an outcome, or ends the run. */
export function onFailed(
  run: StageRun,
  item: Item,
  attempts: Attempts,
  error: unknown,
  isTimeout: boolean,
  mayRetry = true,
): Decision {
  const { retry } = run.options;
  if (isTimeout) run.counters.timedOut++;
  try {
    if (mayRetry && retry?.takes(error, run.retryContext(attempts.number))) {
      const waitMs = retry.waitAfter(attempts.number);
      attempts.errors.push(error);
      if (waitMs !== undefined) return retryLater(run, item, attempts, waitMs, error);
      attempts.errors.pop();
    }
  } catch (predicateError) {
    return giveUp(run, item, predicateError, attempts, false);
  }
  return giveUp(run, item, withPrevious(error, attempts.errors), attempts, isTimeout);
}

/** The result as the stage passes it on. */
export function yieldedValue(run: StageRun, item: Item, value: unknown): unknown {
  return run.options.yieldsOutcomes ? succeeded(value, item.index) : value;
}

function retryLater(
  run: StageRun,
  { index }: Item,
  attempts: Attempts,
  waitMs: number,
  error: unknown,
): Decision {
  run.counters.retried++;
  const { events } = run.plane;
  if (events.has("retry"))
    events.emit("retry", { stage: run.name, index, attempt: attempts.number, waitMs, error });
  return { retryAfterMs: waitMs };
}

function giveUp(
  run: StageRun,
  item: Item,
  error: unknown,
  attempts: Attempts,
  isTimeout: boolean,
): "pass" | "gone" {
  const { counters, options, plane } = run;
  const policy = isTimeout ? options.onTimeout : options.onError;
  if (!isTimeout) counters.failed++;
  if (policy === "yield") {
    item.value = failed(error, item.index);
    return "pass";
  }
  if (policy === "fail") {
    plane.raise(error, {
      stage: run.name,
      // Inline there is but one.
      worker: run.makePool === undefined ? 0 : attempts.worker,
      index: item.index,
      attempt: attempts.number,
    });
    return "gone";
  }
  if (isTimeout) counters.dropped++;
  else counters.skipped++;
  if (plane.events.has("drop")) {
    const reason = isTimeout ? "timeout" : "error";
    plane.events.emit("drop", { stage: run.name, index: item.index, value: item.value, reason });
  }
  return "gone";
}
