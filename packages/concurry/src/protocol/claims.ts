/**
 * Who has a call: one word per call slot in memory that pool and host share. A word holds the low bits of the call's
 * number and its state. Both sides take a call by compare-and-exchange, so that exactly one of them has it.
 */

const SENT = 1;
const STARTED = 2;
const TAKEN_BACK = 3;

function word(number: number, state: number): number {
  return ((number & 0x1fffffff) << 2) | state;
}

/** The pool marks a slot before it sends the call. */
export function markSent(claims: Int32Array, slot: number, number: number): void {
  Atomics.store(claims, slot, word(number, SENT));
}

/** The host takes a call to run it; false when the pool has taken it back. */
export function claimCall(claims: Int32Array, slot: number, number: number): boolean {
  const sent = word(number, SENT);
  return Atomics.compareExchange(claims, slot, sent, word(number, STARTED)) === sent;
}

/** The pool takes a call back; false when the host has it. */
export function takeBack(claims: Int32Array, slot: number, number: number): boolean {
  const sent = word(number, SENT);
  return Atomics.compareExchange(claims, slot, sent, word(number, TAKEN_BACK)) === sent;
}

/** True once the host has taken the call. */
export function hasStarted(claims: Int32Array, slot: number, number: number): boolean {
  return Atomics.load(claims, slot) === word(number, STARTED);
}
