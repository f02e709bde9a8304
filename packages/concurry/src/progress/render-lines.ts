import { systemClock } from "../util/clock.ts";
import type { BarState, Row } from "./bar-state.ts";
import { endLine, progressLine } from "./wording.ts";

/** A bar in a file or a pipe gets a line this often, if anything happens at all. */
const LINE_INTERVAL_MS = 5000;

/** A bar as lines of text: one at its end, and a few on the way. Needs no timer: without news there is no line. */
export class LineRow implements Row {
  readonly #state: BarState;
  readonly #write: (text: string) => unknown;
  readonly #now: () => number;
  #nextAt: number;

  constructor(state: BarState, write: (text: string) => unknown, now: () => number = systemClock.now) {
    this.#state = state;
    this.#write = write;
    this.#now = now;
    this.#nextAt = now() + LINE_INTERVAL_MS;
  }

  touch(): void {
    const now = this.#now();
    if (now < this.#nextAt) return;
    this.#nextAt = now + LINE_INTERVAL_MS;
    this.#write(`${progressLine(this.#state)}\n`);
  }

  end(): void {
    this.#write(`${endLine(this.#state)}\n`);
  }
}
