import { type Call, SENT } from "./call.ts";
import type { LiveWorker } from "./live-worker.ts";

// A call that was sent ahead starts when those before it are done, which nobody tells: it is looked for this often.
const LOOK_FOR_START_MS = 40;
// Settled calls are let go of this often, however far the next time limit is.
const TIDY_MS = 500;

/** Watches the time limits of all calls of a pool, with one timer. A limit counts from the start of the method. */
export class Deadlines {
  #calls: Call[] = [];
  #timer: NodeJS.Timeout | undefined;
  #timerAt = Number.POSITIVE_INFINITY;
  readonly #isActor: boolean;
  readonly #onExpired: (call: Call) => void;

  /** @param isActor True when a worker runs one call at a time, so that only the oldest that it has can run. */
  constructor(isActor: boolean, onExpired: (call: Call) => void) {
    this.#isActor = isActor;
    this.#onExpired = onExpired;
  }

  /** Watches a call that is being sent; `startsNow` when nothing is before it. */
  watch(call: Call, startsNow: boolean, now: number): void {
    call.expiresAt = startsNow ? now + call.timeoutMs : Number.POSITIVE_INFINITY;
    this.#calls.push(call);
    this.#wakeAt(startsNow ? call.expiresAt : now + LOOK_FOR_START_MS, now);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#calls = [];
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
    const oldest = new Map<LiveWorker, Call | undefined>();
    const watched = this.#calls;
    this.#calls = [];
    this.#timerAt = Number.POSITIVE_INFINITY;
    let next = Number.POSITIVE_INFINITY;
    const expired: Call[] = [];
    for (const call of watched) {
      if (call.state !== SENT) continue;
      if (call.expiresAt === Number.POSITIVE_INFINITY && this.#isRunning(call, oldest)) {
        call.expiresAt = now + call.timeoutMs;
      }
      if (call.expiresAt <= now) expired.push(call);
      else {
        this.#calls.push(call);
        next = Math.min(
          next,
          call.expiresAt === Number.POSITIVE_INFINITY ? now + LOOK_FOR_START_MS : call.expiresAt,
        );
      }
    }
    if (this.#calls.length > 0) this.#wakeAt(next, now);
    for (const call of expired) this.#onExpired(call);
  }

  #isRunning(call: Call, oldest: Map<LiveWorker, Call | undefined>): boolean {
    const { live } = call;
    if (live === undefined || !live.hasStarted(call)) return false;
    if (!this.#isActor) return true;
    if (!oldest.has(live)) oldest.set(live, live.slots.oldest());
    return oldest.get(live) === call;
  }
}
