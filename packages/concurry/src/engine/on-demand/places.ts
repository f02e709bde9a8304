import { type Deferred, deferred } from "../../util/deferred.ts";

/** So many may be in at once; the rest wait in their order. */
export class Places {
  #free: number;
  readonly #waiting = new Set<Deferred>();

  constructor(places: number) {
    this.#free = places;
  }

  /**
   * Takes a place, at once or when one is free.
   *
   * @throws The signal's reason, when it is aborted before.
   */
  async enter(signal: AbortSignal): Promise<void> {
    if (this.#free > 0) {
      this.#free -= 1;
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
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#free += 1;
    } else {
      this.#waiting.delete(next);
      next.resolve();
    }
  }
}
