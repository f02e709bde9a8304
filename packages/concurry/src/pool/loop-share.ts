/** How much of its time a worker's event loop was active. It tells of it with its replies: idle, it says nothing. */
export class LoopShare {
  #share = 0;
  #toldAt: number;
  #spanMs = 0;

  /** @param startedAt The start of what the worker tells of first. */
  constructor(startedAt: number) {
    this.#toldAt = startedAt;
  }

  /** The share since it was told last. */
  tell(share: number, now: number): void {
    this.#share = share;
    this.#spanMs = now - this.#toldAt;
    this.#toldAt = now;
  }

  /** The share since then; with all the time that the worker has had nothing to do. */
  at(now: number, restingSince: number | undefined): number {
    const restMs = restingSince === undefined ? 0 : Math.max(0, now - Math.max(restingSince, this.#toldAt));
    const wholeMs = this.#spanMs + restMs;
    return wholeMs <= 0 ? this.#share : (this.#share * this.#spanMs) / wholeMs;
  }
}
