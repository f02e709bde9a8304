import { LONGEST_MS } from "../util/check.ts";

/**
 * Keeps the process alive while work is open. Workers and their ports never do; one timer of the pool stands for all of
 * them, so an idle pool lets the process exit.
 */
export class KeepAlive {
  #open = 0;
  #isClosed = false;
  #timer: NodeJS.Timeout | undefined;

  /** Something is open: a call, or somebody who waits for the pool. */
  hold(): void {
    this.#open += 1;
    if (this.#open > 1 || this.#isClosed) return;
    if (this.#timer === undefined) this.#timer = setInterval(() => {}, LONGEST_MS);
    else this.#timer.ref();
  }

  /** What was held is done. */
  release(): void {
    this.#open -= 1;
    if (this.#open === 0) this.#timer?.unref();
  }

  /** Holds until a promise is settled. */
  async during<T>(promise: Promise<T>): Promise<T> {
    this.hold();
    try {
      return await promise;
    } finally {
      this.release();
    }
  }

  /** Gives the timer back; nothing will be held again. */
  close(): void {
    this.#isClosed = true;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
