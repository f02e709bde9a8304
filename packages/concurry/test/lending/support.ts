import { Borrower } from "#workers/borrower";
import type { MODES } from "../pool/support.ts";

/** A pool of borrowers. */
export function borrowerPool(mode: (typeof MODES)[number]): ReturnType<typeof makePool> {
  return makePool(mode);
}

function makePool(mode: (typeof MODES)[number]) {
  return Borrower.options({ mode }).init();
}

/** A source of items that notes what becomes of it. */
export class Watched {
  begun = 0;
  given = 0;
  /** How often its iterator was closed from outside. */
  closed = 0;
  readonly #last: number;
  readonly #end: (() => void) | undefined;

  /** @param last How many items there are. @param end What is done behind the last of them; else it ends. */
  constructor(last: number, end?: () => void) {
    this.#last = last;
    this.#end = end;
  }

  [Symbol.asyncIterator](): AsyncIterator<number> {
    this.begun += 1;
    return {
      next: async () => {
        if (this.given === this.#last) {
          this.#end?.();
          return { done: true, value: undefined };
        }
        this.given += 1;
        return { done: false, value: this.given };
      },
      return: async () => {
        this.closed += 1;
        return { done: true, value: undefined };
      },
    };
  }
}

/** An endless source. */
export function endless(): Watched {
  return new Watched(Number.POSITIVE_INFINITY);
}
