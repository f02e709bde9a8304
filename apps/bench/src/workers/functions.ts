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
