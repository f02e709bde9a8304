import type { Charge, Meter, RateShape } from "../meter.ts";
import { Headroom, type HeadroomMark } from "./headroom.ts";

/**
 * At most the burst, plus the capacity per window: each charge takes from a level that grows back.
 *
 * Keeps the level, not the time at which it would be full: at high rates such a time would not move.
 */
export class TokenBucket implements Meter {
  readonly isTimed: boolean = true;
  readonly isAdditive: boolean = true;
  readonly #shape: RateShape;
  readonly #headroom: Headroom = new Headroom();
  // The level at one moment; written by charges and refunds only.
  #level: number;
  #levelTime = 0;

  constructor(shape: RateShape) {
    this.#shape = shape;
    this.#level = shape.burst;
  }

  fits(now: number, amount: number): boolean {
    return this.#levelAt(now) + this.#shape.slack >= amount;
  }

  readyAt(now: number, amount: number): number {
    const { capacity, window, slack } = this.#shape;
    return now + Math.ceil(((amount - slack - this.#levelAt(now)) * window) / capacity);
  }

  charge(now: number, amount: number): Charge {
    const { burst, window } = this.#shape;
    const level = this.#levelAt(now);
    this.#level = level - amount;
    this.#levelTime = now;
    this.#headroom.see(now, burst - level);
    return this.#headroom.mark(now + window, burst - level + amount);
  }

  /**
   * Had the charge been smaller from the start, the level would have been higher all the time since, but never above
   * the burst. So what comes back is at most the least room that there was since.
   */
  refund(now: number, charge: Charge, amount: number): number {
    const mark = charge as HeadroomMark;
    if (now >= mark.expiry) return 0;
    const level = this.#levelAt(now);
    this.#headroom.see(now, this.#shape.burst - level);
    const back = Math.min(amount, this.#headroom.since(mark));
    if (back <= 0) return 0;
    this.#headroom.use(mark, back);
    this.#level = level + back;
    this.#levelTime = now;
    return back;
  }

  settle(charge: Charge): void {
    this.#headroom.forget(charge as HeadroomMark);
  }

  available(now: number): number {
    return Math.max(0, this.#levelAt(now));
  }

  #levelAt(now: number): number {
    const { burst, capacity, window } = this.#shape;
    return Math.min(burst, this.#level + ((now - this.#levelTime) * capacity) / window);
  }
}
