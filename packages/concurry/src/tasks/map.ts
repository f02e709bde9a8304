import { CancelledError } from "../errors/call-errors.ts";
import type { Future } from "../future/future.ts";
import { onAbort } from "../util/abort.ts";
import { aBoolean, positiveInteger, wrongType } from "../util/check.ts";
import { type Check, checkRecord } from "../util/check-record.ts";
import { MapWindow } from "./map-window.ts";
import { openSource } from "./source.ts";

/** Options of `map`. */
export interface MapOptions {
  /** Whether results come in the order of the items; else as they are done. Default true. */
  readonly ordered?: boolean;
  /**
   * Calls that wait or run at once. Integer, 1 or more. With `ordered` as many results may wait besides for one that
   * comes before them. Default: enough to keep all workers busy.
   */
  readonly concurrency?: number;
  /** Ends it when it aborts: the calls are cancelled, and the loop throws a `CancelledError`. */
  readonly signal?: AbortSignal;
}

/** What is mapped, by what, how. */
export interface MapPlan {
  readonly items: unknown;
  readonly ordered: boolean;
  readonly concurrency: number;
  readonly signal: AbortSignal | undefined;
  readonly call: (item: unknown) => Future<unknown>;
  /** Settles when calls are taken; never in start-up code of a host. */
  readonly mayBegin: () => Promise<void>;
}

const CHECKS: { readonly [Name in keyof Required<MapOptions>]: Check } = {
  ordered: (value) => aBoolean("ordered", value),
  concurrency: (value) => positiveInteger("concurrency", value),
  signal: (value) => {
    if (!(value instanceof AbortSignal)) throw wrongType("signal", "an AbortSignal", value);
  },
};

/** Checks what `map` was given. @throws {TypeError} For an unknown option or a wrong type; a `RangeError` by range. */
export function checkMapOptions(owner: string, options: MapOptions | undefined): MapOptions {
  return checkRecord(owner, "option", options ?? {}, CHECKS);
}

/** Calls for each item, and yields the results. Nothing is done before the first result is asked for. */
export async function* mapCalls(plan: MapPlan): AsyncGenerator<unknown, void, undefined> {
  await plan.mayBegin();
  const window = new MapWindow(plan, openSource(plan.items));
  const { signal } = plan;
  const ignore =
    signal &&
    onAbort(signal, (cause) => window.abort(new CancelledError("The map was cancelled.", { cause })));
  let hasFailed = true;
  try {
    for (let next = await window.next(); next !== undefined; next = await window.next()) {
      hasFailed = false;
      yield next.value;
      hasFailed = true;
    }
    hasFailed = false;
  } finally {
    ignore?.();
    const closed = window.close();
    // What went wrong first is what is told.
    await (hasFailed ? closed.catch(() => {}) : closed);
  }
}
