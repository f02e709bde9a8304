import type { WriteStream } from "node:tty";

const REDRAW_MS = 80;
const CLEAR_LINE = "\r\u001b[2K";

/** Counts steps of one piece of work before the eyes of the user. */
export interface Progress {
  tick(): void;
  end(): void;
}

/** For output that is no terminal. */
export const silentProgress: Progress = { tick: () => {}, end: () => {} };

/** One line on a terminal that is written over again and again, and is gone at its end. */
export class ProgressLine implements Progress {
  readonly #output: WriteStream;
  readonly #label: string;
  readonly #total: number;
  #done = 0;
  #drawnAt = Number.NEGATIVE_INFINITY;
  #isDrawn = false;

  constructor(output: WriteStream, label: string, total: number) {
    this.#output = output;
    this.#label = label;
    this.#total = total;
  }

  tick(): void {
    this.#done += 1;
    const now = performance.now();
    if (now - this.#drawnAt < REDRAW_MS) return;
    this.#drawnAt = now;
    this.#isDrawn = true;
    const text = `${this.#label}  ${this.#done} of ${this.#total}`;
    // A line that is broken in two can't be written over.
    this.#output.write(CLEAR_LINE + text.slice(0, this.#output.columns - 1));
  }

  clear(): void {
    if (this.#isDrawn) this.#output.write(CLEAR_LINE);
    this.#isDrawn = false;
  }

  end(): void {
    this.clear();
  }
}
