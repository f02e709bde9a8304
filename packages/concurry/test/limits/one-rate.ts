import { LimitSet } from "../../src/limits/limit-set.ts";
import { RateLimit } from "../../src/limits/rate-limit.ts";
import type { RateOptions } from "../../src/limits/rate-options.ts";
import { FakeClock } from "./fake-clock.ts";

/** A set of one rate: 10 units a second, unless told. */
export class Rate {
  readonly clock: FakeClock;
  readonly set: LimitSet;

  constructor(options: Partial<RateOptions>, startMs = 0) {
    this.clock = new FakeClock(startMs);
    const limit = new RateLimit({ key: "units", windowSeconds: 1, capacity: 10, ...options });
    this.set = new LimitSet([limit], { clock: this.clock });
  }

  take(units: number): ReturnType<LimitSet["tryAcquireSync"]> {
    return this.set.tryAcquireSync({ units });
  }

  async available(): Promise<number | undefined> {
    return (await this.set.stats()).units?.available;
  }

  to(milliseconds: number): void {
    this.clock.moveTo(Math.round(milliseconds * 1000));
  }
}
