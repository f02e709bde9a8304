import type { Frame } from "./connection.ts";

/** Keeps frames until somebody listens. */
export class Inbox {
  #listener: ((frame: Frame) => void) | undefined;
  #early: Frame[] = [];

  /** Hands a frame to the listener, or keeps it for one. */
  deliver(frame: Frame): void {
    if (this.#listener === undefined) this.#early.push(frame);
    else this.#listener(frame);
  }

  /** Sets the listener, and hands it all frames that were kept. */
  listen(listener: (frame: Frame) => void): void {
    this.#listener = listener;
    const early = this.#early;
    this.#early = [];
    for (const frame of early) listener(frame);
  }
}
