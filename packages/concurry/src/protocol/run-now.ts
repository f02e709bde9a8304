/** Stands for the result of a call that isn't there yet: it will come in a message. */
export const LATER: unique symbol = Symbol("concurry.later");

/**
 * Runs one call in the pool's realm at once, without messages.
 *
 * @param slot With the call's number its identity.
 * @param now When it begins, in milliseconds of the monotonic clock.
 * @returns Its result, or `LATER`.
 * @throws What the method throws.
 */
export type RunNow = (callNumber: number, slot: number, op: number, value: unknown, now: number) => unknown;
