import { LONGEST_MS } from "../util/check.ts";

/** Ends a worker: first asks it, and forces it when it still lives some time later. */
export class KillSwitch {
  readonly #ask: () => void;
  readonly #force: () => void;
  #isAsked = false;
  #isClosed = false;
  #deadline = Number.POSITIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;

  constructor(ask: () => void, force: () => void) {
    this.#ask = ask;
    this.#force = force;
  }

  /** Asks once; forces after `graceMs`, or earlier when an earlier call said so. */
  kill(graceMs: number): void {
    if (this.#isClosed) return;
    if (!this.#isAsked && graceMs > 0) this.#ask();
    this.#isAsked = true;
    const deadline = performance.now() + Math.max(0, graceMs);
    if (deadline >= this.#deadline) return;
    this.#deadline = deadline;
    clearTimeout(this.#timer);
    if (graceMs <= 0) this.#force();
    // A timer of more would fire at once.
    else if (graceMs <= LONGEST_MS) this.#timer = setTimeout(this.#force, graceMs).unref();
  }

  /** The worker is gone. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }
}
