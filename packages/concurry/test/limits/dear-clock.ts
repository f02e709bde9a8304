import type { Grant } from "../../src/limits/grant.ts";
import type { LimitStats } from "../../src/limits/limits.ts";
import { RateLimit } from "../../src/limits/rate-limit.ts";
import type { Algorithm } from "../../src/limits/rate-options.ts";
import { ResourceLimit } from "../../src/limits/resource-limit.ts";
import { SetCore } from "../../src/limits/set-core.ts";
import { defineSet } from "../../src/limits/set-definition.ts";
import { FakeClock } from "./fake-clock.ts";

const WINDOW_MS = 1000;
// More than it takes to be in a hurry.
const MANY_LOOKS = 40;

/** A set of one rate and one resource whose clock is dear to read, unless told. */
export class Dear {
  readonly clock: FakeClock = new FakeClock();
  readonly core: SetCore;

  constructor(capacity = 10, algorithm: Algorithm = "sliding_window", isDear = true) {
    const limits = [
      new RateLimit({ key: "units", windowSeconds: WINDOW_MS / 1000, capacity, algorithm }),
      new ResourceLimit({ key: "slots", capacity: 5 }),
    ];
    this.core = new SetCore(defineSet(limits, { clock: this.clock }), isDear);
  }

  get units(): LimitStats {
    return this.core.stats().units as LimitStats;
  }

  /** Reads the clock so often that the next requests share a look. */
  hurry(): void {
    for (let look = 0; look < MANY_LOOKS; look++) this.core.counts();
  }

  take(units: number, slots?: number): Grant | undefined {
    return this.core.takePlain(slots === undefined ? { units } : { units, slots });
  }

  /** How many single units there are. */
  count(most: number): number {
    let taken = 0;
    while (taken < most && this.take(1) !== undefined) taken += 1;
    return taken;
  }

  toWindows(windows: number): void {
    this.clock.moveTo(Math.round(windows * WINDOW_MS * 1000));
  }
}
