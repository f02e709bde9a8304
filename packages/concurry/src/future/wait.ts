import { milliseconds, oneOf } from "../util/check.ts";
import { checkRecord } from "../util/check-record.ts";
import { deferred } from "../util/deferred.ts";
import { promisesOf, type Settling, settlingOf } from "./settling.ts";

const UNTIL = ["all", "first", "firstError"] as const;

/** Options of {@link wait}. */
export interface WaitOptions {
  /**
   * What to wait for: until all are settled, until the first is, or until the first fails (else, until all are settled).
   * Default `"all"`.
   */
  readonly until?: "all" | "first" | "firstError";
  /** Milliseconds to wait. From 0 to 2^31 − 1. Default: as long as it takes. */
  readonly timeoutMs?: number;
}

/** What {@link wait} found, each list in the order in which the futures were given. */
export interface WaitResult<F> {
  /** Those that are settled, whether they were fulfilled or rejected. */
  readonly done: F[];
  readonly pending: F[];
}

const CHECKS = {
  until: (value: unknown) => oneOf("until", value, UNTIL),
  timeoutMs: (value: unknown) => milliseconds("timeoutMs", value, 0),
};

/**
 * Waits until all of the futures, or the first of them, are settled, and tells those that are from those that are not.
 *
 * It never rejects for what a future failed with: `await` the future for that. Nor does it for the time limit: what is
 * settled by then is in `done`. The work of the others goes on. Any promises will do. A failure of any of them counts as
 * looked at.
 *
 * @param futures Any iterable of promises.
 * @param options.until What to wait for. Default `"all"`.
 * @param options.timeoutMs Milliseconds from 0 to 2^31 − 1. Default: as long as it takes.
 * @throws {TypeError} When something among the futures is no promise, or an option is of the wrong type or unknown.
 * @throws {RangeError} When an option is out of range.
 * @example
 * const { done, pending } = await wait([pool.embed("a"), pool.embed("b")], { until: "first", timeoutMs: 500 });
 * for (const future of pending) future.cancel();
 */
export async function wait<F extends PromiseLike<unknown>>(
  futures: Iterable<F>,
  options: WaitOptions = {},
): Promise<WaitResult<F>> {
  const { until = "all", timeoutMs } = checkRecord("wait()", "option", options, CHECKS) as WaitOptions;
  const list = promisesOf("wait()", futures);
  const settlings = list.map(settlingOf);
  await enough(new Set(settlings), until, timeoutMs);
  const done: F[] = [];
  const pending: F[] = [];
  list.forEach((future, index) => {
    (settlings[index]?.status === "pending" ? pending : done).push(future);
  });
  return { done, pending };
}

/** Resolves when enough of them are settled, or the time is over; nothing of it is left then. */
async function enough(
  settlings: ReadonlySet<Settling>,
  until: NonNullable<WaitOptions["until"]>,
  timeoutMs: number | undefined,
): Promise<void> {
  const over = deferred();
  const pending = new Set<Settling>();
  const onSettled = (settling: Settling): void => {
    pending.delete(settling);
    const isFirst = until === "first" || (until === "firstError" && settling.status === "rejected");
    // Those that were settled before all this tell of it in this turn, before the wait is over.
    if (isFirst || pending.size === 0) over.resolve();
  };
  for (const settling of settlings) {
    if (settling.status === "pending") pending.add(settling);
  }
  for (const settling of settlings) {
    if (settling.status === "pending") settling.listen(onSettled);
    else onSettled(settling);
  }
  if (settlings.size === 0) over.resolve();
  const timer = timeoutMs === undefined ? undefined : setTimeout(over.resolve, timeoutMs);
  await over.promise;
  clearTimeout(timer);
  for (const settling of pending) settling.forget(onSettled);
}
