import { types } from "node:util";
import { barOptions, type ProgressBarOptions } from "../progress/bar-options.ts";
import { ProgressBar } from "../progress/progress-bar.ts";
import { hasThen } from "../protocol/thenable.ts";
import { aBoolean, isPlainObject, milliseconds, wrongType } from "../util/check.ts";
import { checkRecord } from "../util/check-record.ts";
import { isObject } from "../util/is-object.ts";
import { isIterable, settlingOf } from "./settling.ts";
import { withTimeLimit } from "./time-limit.ts";

/** Options of {@link gather}. */
export interface GatherOptions<Errors extends boolean = boolean> {
  /** True: what a future fails with becomes its value in the result. Default false: the first failure rejects. */
  readonly returnExceptions?: Errors;
  /** True, or the options of a `ProgressBar`: shows how many have settled. Default false. */
  readonly progress?: boolean | ProgressBarOptions;
  /** Milliseconds to wait. From 0 to 2^31 − 1. Default: as long as it takes. */
  readonly timeoutMs?: number;
}

/** What {@link gather} makes of an array, a tuple, another iterable or a record of futures. */
export type Gathered<T, Errors extends boolean = false> = T extends readonly unknown[]
  ? { -readonly [K in keyof T]: Awaited<T[K]> | Failure<Errors> }
  : T extends Iterable<infer F>
    ? (Awaited<F> | Failure<Errors>)[]
    : { -readonly [K in keyof T]: Awaited<T[K]> | Failure<Errors> };

type Failure<Errors extends boolean> = Errors extends true ? Error : never;

const CHECKS = {
  returnExceptions: (value: unknown) => aBoolean("returnExceptions", value),
  progress: (value: unknown) => (isObject(value) ? barOptions(value) : aBoolean("progress", value)),
  timeoutMs: (value: unknown) => milliseconds("timeoutMs", value, 0),
};

/**
 * Waits for many futures at once: an array or tuple gives an array, a record gives a record with the same names.
 *
 * The first failure rejects at once, as with `Promise.all`; the work of the others goes on. With `returnExceptions` all are
 * waited for, and a failure stands in the place of its value: `value instanceof Error`. (What was thrown and is no error
 * becomes the `cause` of one.) Any promises will do, and other values stay what they are. A failure of any of them counts
 * as looked at.
 *
 * @param futures An array, another iterable, or a plain object.
 * @param options.returnExceptions Whether failures become values. Default false.
 * @param options.progress True, or the options of a `ProgressBar`. Default false.
 * @param options.timeoutMs Milliseconds from 0 to 2^31 − 1. Default: as long as it takes.
 * @throws The first failure, without `returnExceptions`.
 * @throws {TimeoutError} When the time limit passes first. The work goes on.
 * @throws {TypeError} When `futures` is nothing of this, or an option is of the wrong type or unknown.
 * @throws {RangeError} When an option is out of range.
 * @example
 * const [first, second] = await gather([pool.embed("a"), pool.embed("b")]);
 * const { title, body } = await gather({ title: pool.embed("a"), body: pool.embed("b") }, { timeoutMs: 5000 });
 */
export async function gather<T extends readonly unknown[] | [] | object, Errors extends boolean = false>(
  futures: T,
  options: GatherOptions<Errors> = {},
): Promise<Gathered<T, Errors>> {
  // First the futures: of gather(one, another) the options are not what is wrong.
  const names = isIterable(futures) ? undefined : namesOf(futures);
  const checked = checkRecord("gather()", "option", options, CHECKS) as GatherOptions;
  const { returnExceptions = false, progress = false, timeoutMs } = checked;
  const items = isIterable(futures) ? [...futures] : Object.values(futures);
  const all = Promise.all(returnExceptions ? items.map(settled) : items);
  const message = `The futures have not all settled within ${timeoutMs} ms; they go on.`;
  const limited = timeoutMs === undefined ? all : withTimeLimit(all, timeoutMs, message);
  const values = await (progress === false
    ? limited
    : shown(items, limited, progress === true ? {} : progress));
  const result =
    names === undefined ? values : Object.fromEntries(names.map((name, index) => [name, values[index]]));
  return result as Gathered<T, Errors>;
}

/** Shows with a bar how many have settled, until all of it is over. */
async function shown<Values>(
  items: readonly unknown[],
  all: Promise<Values>,
  options: ProgressBarOptions,
): Promise<Values> {
  const bar = new ProgressBar({ total: items.length, ...options });
  let failures = 0;
  for (const item of items) {
    const settling = isObject(item) && hasThen(item) ? settlingOf(item as PromiseLike<unknown>) : undefined;
    // A listener of its own for each: one future may be given more than once.
    const onSettled = (): void => {
      if (settling?.status === "rejected") failures += 1;
      bar.update();
    };
    if (settling?.status === "pending") settling.listen(onSettled);
    else onSettled();
  }
  try {
    const values = await all;
    if (failures === 0) bar.success();
    else bar.failure(`${failures} failed`);
    return values;
  } catch (error) {
    bar.failure(error);
    throw error;
  }
}

function namesOf(futures: object): string[] {
  if (!isPlainObject(futures))
    throw wrongType("gather()'s futures", "an array, another iterable or a plain object", futures);
  return Object.keys(futures);
}

async function settled(item: unknown): Promise<unknown> {
  try {
    return await item;
  } catch (error) {
    if (error instanceof Error || types.isNativeError(error)) return error;
    return new Error("A future failed with what is no error; it is the cause of this one.", { cause: error });
  }
}
