import type { Wire } from "../protocol/connection.ts";

/** Costs are integers, in ten-thousandths of a millisecond: adding and subtracting them leaves no remainder. */
const UNITS_PER_MS = 10_000;
const WINDOW: number = 0.5 * UNITS_PER_MS;
const ONE_AHEAD: number = 4 * UNITS_PER_MS;
// So much that no second call is sent behind one of a method never seen: it may take for ever.
const UNKNOWN: number = ONE_AHEAD / 2;
const MOST_CALLS = 1024;
const MOST_WEIGHT = 0.5;
const FULL_WEIGHT_CALLS = 64;

/**
 * How many calls may be sent ahead to a worker: enough to hide the time that a message takes, and no more, since a call
 * that was sent can't go to another worker.
 *
 * The cost of each method is learned from the workers' reports, for the whole pool: one figure for a worker would be
 * wrong whenever the mix of methods changes.
 */
export class Window {
  readonly #costs: Int32Array;
  readonly #concurrency: number;
  readonly #wire: Wire;

  constructor(methodCount: number, concurrency: number, wire: Wire) {
    this.#costs = new Int32Array(methodCount).fill(UNKNOWN);
    this.#concurrency = concurrency;
    this.#wire = wire;
  }

  costOf(methodIndex: number): number {
    return this.#costs[methodIndex] as number;
  }

  /** True when a worker with so many calls in flight, of so much cost, may be sent one more. */
  admits(inFlight: number, load: number, methodIndex: number): boolean {
    if (inFlight < this.#concurrency) return true;
    // Calls reach a worker of the same realm at once: nothing is gained by sending them early.
    if (this.#wire === "reference") return false;
    const ahead = inFlight - this.#concurrency;
    const cost = load + (this.#costs[methodIndex] as number);
    if (cost <= WINDOW) return ahead < MOST_CALLS;
    // A call behind one that turns out to be slow must be one that can be taken back, as from a thread.
    return this.#wire === "clone" && ahead === 0 && cost < ONE_AHEAD;
  }

  /** How long a call of this method takes is up to who made it: nothing is sent ahead behind one. */
  neverAhead(methodIndex: number): void {
    this.#costs[methodIndex] = ONE_AHEAD;
  }

  /** A worker has spent `busyMs` on so many calls of a method. */
  learn(methodIndex: number, calls: number, busyMs: number): void {
    const old = this.#costs[methodIndex] as number;
    const measured = Math.min((busyMs * UNITS_PER_MS) / calls, 0x3fffffff);
    // Weighted by calls, so that one call that was interrupted by the system can't close the window.
    const weight = Math.min(MOST_WEIGHT, calls / FULL_WEIGHT_CALLS);
    this.#costs[methodIndex] = Math.max(1, Math.ceil(old + weight * (measured - old)));
  }
}
