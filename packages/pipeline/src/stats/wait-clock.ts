import { type Histogram, tickNow } from "concurry/internal";
import { RingBuffer } from "../queues/ring-buffer.ts";

/** Measures how long elements wait in front of a stage: of one in so many, since the clock has its price. */
export class WaitClock {
  readonly #histogram: Histogram;
  readonly #share: number;
  /** When those that are measured came; first in, first out, as the elements themselves. */
  readonly #times: RingBuffer<number> = new RingBuffer();
  #taken = 0;
  /** Number of the first that is to be measured and has not come. */
  #due = 0;

  /** @param share One of so many is measured. A power of 2. */
  constructor(histogram: Histogram, share: number) {
    this.#histogram = histogram;
    this.#share = share;
  }

  /** So many wait now: those that are new have just come. */
  look(waiting: number): void {
    for (const came = this.#taken + waiting; this.#due < came; this.#due += this.#share)
      this.#times.push(tickNow());
  }

  /** The first one is taken. */
  take(): void {
    const number = this.#taken++;
    if ((number & (this.#share - 1)) !== 0) return;
    if (this.#due > number) this.#histogram.add(tickNow() - (this.#times.shift() as number));
    else {
      // Nobody looked since it came: it is taken at once.
      this.#due = number + this.#share;
      this.#histogram.add(0);
    }
  }
}
