import { tickNow } from "concurry/internal";
import type { StageCounters } from "./stage-counters.ts";

/** Measures how long a stage has elements but no room for results. */
export class BlockedClock {
  readonly #counters: StageCounters;
  #since = -1;

  constructor(counters: StageCounters) {
    this.#counters = counters;
  }

  note(isBlocked: boolean): void {
    if (isBlocked === this.#since >= 0) return;
    if (isBlocked) this.#since = tickNow();
    else {
      this.look();
      this.#since = -1;
    }
  }

  /** Counts what has passed by now. */
  look(): void {
    if (this.#since < 0) return;
    const now = tickNow();
    this.#counters.blockedMs += now - this.#since;
    this.#since = now;
  }
}
