import { type Deferred, deferred } from "../../util/deferred.ts";

/** So many may be in at once; the rest wait in their order. */
export class Places {
  readonly #most: () => number;
  #taken = 0;
  readonly #waiting = new Set<Deferred>();

  /** @param most How many may be in; it may change. */
  constructor(most: () => number) {
    this.#most = most;
  }

  /**
   * Takes a place, at once or when one is free.
   *
   * @throws The signal's reason, when it is aborted before.
   */
  async enter(signal: AbortSignal): Promise<void> {
    if (this.#taken < this.#most()) {
      this.#taken += 1;
      return;
    }
    const turn = deferred();
    const giveUp = (): void => {
      if (this.#waiting.delete(turn)) turn.reject(signal.reason);
    };
    this.#waiting.add(turn);
    signal.addEventListener("abort", giveUp, { once: true });
    try {
      await turn.promise;
    } finally {
      signal.removeEventListener("abort", giveUp);
    }
  }

  leave(): void {
    this.#taken -= 1;
    const [next] = this.#waiting;
    if (next === undefined || this.#taken >= this.#most()) return;
    this.#taken += 1;
    this.#waiting.delete(next);
    next.resolve();
  }
}
