import { type Histogram, tickNow } from "concurry/internal";
import { RingBuffer } from "../queues/ring-buffer.ts";

/** Measures how long elements wait in front of a stage: of one in so many, since the clock has its price. */
export class WaitClock {
  readonly #histogram: Histogram;
  readonly #others: number;
  /** When those that are measured came; first in, first out, as the elements themselves. */
  readonly #times: RingBuffer<number> = new RingBuffer();
  #came = 0;
  #taken = 0;

  /** @param share One of so many is measured. A power of 2. */
  constructor(histogram: Histogram, share: number) {
    this.#histogram = histogram;
    this.#others = share - 1;
  }

  /** So many wait now: those that are new have just come. */
  look(waiting: number): void {
    const came = this.#taken + waiting;
    while (this.#came < came) if ((this.#came++ & this.#others) === 0) this.#times.push(tickNow());
  }

  /** The first one is taken. */
  take(): void {
    const number = this.#taken++;
    const isMeasured = (number & this.#others) === 0;
    if (this.#came <= number) {
      // Nobody looked since it came: it is taken at once.
      this.#came = number + 1;
      if (isMeasured) this.#histogram.add(0);
    } else if (isMeasured) this.#histogram.add(tickNow() - (this.#times.shift() as number));
  }
}
