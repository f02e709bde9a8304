import { type Call, SENT } from "./call.ts";
import type { LiveWorker } from "./live-worker.ts";

// A call that was sent ahead starts when those before it are done, which nobody tells: it is looked for this often.
const LOOK_FOR_START_MS = 40;
// Settled calls are let go of this often, however far the next time limit is.
const TIDY_MS = 500;

/** Watches the time limits of all calls of a pool, with one timer. A limit counts from the start of the method. */
export class Deadlines {
  /** A set: a call that is sent again, to another worker or as another attempt, may still be in it. */
  readonly #calls = new Set<Call>();
  #timer: NodeJS.Timeout | undefined;
  #timerAt = Number.POSITIVE_INFINITY;
  readonly #concurrency: number;
  readonly #onExpired: (call: Call) => void;

  /** @param concurrency Calls that a worker runs at once; what it has besides only waits there. */
  constructor(concurrency: number, onExpired: (call: Call) => void) {
    this.#concurrency = concurrency;
    this.#onExpired = onExpired;
  }

  /** Watches a call that is being sent; `startsNow` when nothing is before it. */
  watch(call: Call, startsNow: boolean, now: number): void {
    call.expiresAt = startsNow ? now + call.timeoutMs : Number.POSITIVE_INFINITY;
    this.#calls.add(call);
    this.#wakeAt(startsNow ? call.expiresAt : now + LOOK_FOR_START_MS, now);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#calls.clear();
  }

  #wakeAt(at: number, now: number): void {
    const soonest = Math.min(at, now + TIDY_MS);
    if (soonest >= this.#timerAt) return;
    clearTimeout(this.#timer);
    this.#timerAt = soonest;
    this.#timer = setTimeout(() => this.#sweep(), Math.max(1, Math.ceil(soonest - now))).unref();
  }

  #sweep(): void {
    const now = performance.now();
    const running = new Map<LiveWorker, readonly Call[]>();
    this.#timerAt = Number.POSITIVE_INFINITY;
    let next = Number.POSITIVE_INFINITY;
    const expired: Call[] = [];
    for (const call of this.#calls) {
      if (call.expiresAt === Number.POSITIVE_INFINITY && this.#isRunning(call, running))
        call.expiresAt = now + call.timeoutMs;
      if (call.state !== SENT || call.expiresAt <= now) {
        this.#calls.delete(call);
        if (call.state === SENT) expired.push(call);
      } else {
        const isUnseen = call.expiresAt === Number.POSITIVE_INFINITY;
        next = Math.min(next, isUnseen ? now + LOOK_FOR_START_MS : call.expiresAt);
      }
    }
    if (this.#calls.size > 0) this.#wakeAt(next, now);
    for (const call of expired) this.#onExpired(call);
  }

  #isRunning(call: Call, running: Map<LiveWorker, readonly Call[]>): boolean {
    const { live } = call;
    if (live === undefined) return false;
    const known = running.get(live) ?? live.running(this.#concurrency);
    running.set(live, known);
    return known.includes(call);
  }
}
