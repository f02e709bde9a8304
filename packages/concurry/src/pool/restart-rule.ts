import type { RestartLimits } from "./resolved-options.ts";

const WAITS_MS: readonly number[] = [0, 100, 200, 400, 800, 1600, 3200];
const LONGEST_WAIT_MS = 5000;

/** Decides for one worker index whether, and after what wait, a dead worker is started again. */
export class RestartRule {
  readonly #limits: RestartLimits | false;
  #deaths: number[] = [];
  #inARow = 0;

  constructor(limits: RestartLimits | false) {
    this.#limits = limits;
  }

  /** The worker has shown that it works: the next wait is the shortest again. */
  hasWorked(): void {
    this.#inARow = 0;
  }

  /**
   * Counts a death.
   *
   * @param livedMs How long the worker lived; one that lived a whole window has shown that it works.
   * @returns Milliseconds to wait before the next start; undefined when there is to be none.
   */
  died(now: number, livedMs: number): number | undefined {
    if (this.#limits === false) return undefined;
    const { maxRestarts, windowMs } = this.#limits;
    if (livedMs >= windowMs) this.hasWorked();
    this.#deaths = this.#deaths.filter((at) => now - at < windowMs);
    this.#deaths.push(now);
    if (this.#deaths.length > maxRestarts) return undefined;
    const wait = WAITS_MS[this.#inARow] ?? LONGEST_WAIT_MS;
    this.#inARow += 1;
    return wait;
  }
}
