// Not the global of this name, which is a getter: this is read for each call.
import { performance } from "node:perf_hooks";

/** Time and timers, as the parts that wait take them; tests hand in one that they move by hand. */
export interface Clock {
  /** Milliseconds of a clock that never goes back. */
  now(): number;
  /** Calls back after so many milliseconds; the returned function calls it off. The timer keeps no process alive. */
  after(milliseconds: number, callback: () => void): () => void;
}

/** The real time. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after: (milliseconds, callback) => {
    const timer = setTimeout(callback, milliseconds);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

const settled: Promise<void> = Promise.resolve();
let cached = -1;

/**
 * Milliseconds of the monotonic clock, read at most once in a turn of the event loop's microtasks.
 *
 * A read of the clock costs as much as half a call; what happens at once may share one.
 */
export function tickNow(): number {
  return cached < 0 ? read() : cached;
}

/** The same, read anew: what happened since the last read took time in this turn. */
export function renewTick(): number {
  if (cached < 0) return read();
  cached = performance.now();
  return cached;
}

/** The time now, for those who measure a single call; what else happens in this turn goes by it, too. */
export function exactNow(): number {
  const now = performance.now();
  if (cached >= 0) cached = now;
  return now;
}

function read(): number {
  cached = performance.now();
  // The cheapest way to hear that this turn is over: `queueMicrotask` and `nextTick` make a resource for async hooks.
  void settled.then(forget);
  return cached;
}

function forget(): void {
  cached = -1;
}
