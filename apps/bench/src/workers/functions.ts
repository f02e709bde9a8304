/** The work of every library: the same functions, so that only the way there and back differs. */

/** The smallest call: one number in, one number out. */
export function increment(value: number): number {
  return value + 1;
}

/** Like `increment`, through a promise. */
export async function incrementLater(value: number): Promise<number> {
  await Promise.resolve();
  return value + 1;
}

/** Sends back what came. */
export function echo<T>(value: T): T {
  return value;
}

/** Throws a `RangeError` with the given message. */
export function fail(message: string): never {
  throw new RangeError(message);
}

/** A piece of arithmetic. */
export interface Job {
  readonly seed: number;
  /** How much there is to do; one unit is about a millisecond. */
  readonly units: number;
}

const STEPS_PER_UNIT = 550_000;

/** Keeps a core busy with a fixed amount of arithmetic; the result depends on every step. */
export function work(job: Job): number {
  let state = job.seed;
  for (let step = job.units * STEPS_PER_UNIT; step > 0; step -= 1) {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 3_266_489_917) | 0;
  }
  return state;
}
