import type { Call } from "./call.ts";
import type { WorkerHandle } from "./worker-handle.ts";

/** So long a worker may be silent before what was sent ahead to it is thought to be stuck behind a slow call. */
const SILENCE_MS = 5;

/** Finds, for an idle worker, a call that was sent ahead to another one and is stuck there behind a slow call. */
export class TakeOver {
  readonly #handles: readonly WorkerHandle[];
  readonly #lookAgain: () => void;
  #timer: NodeJS.Timeout | undefined;

  /** @param lookAgain Called when a worker may have been silent for long enough by now. */
  constructor(handles: readonly WorkerHandle[], lookAgain: () => void) {
    this.#handles = handles;
    this.#lookAgain = lookAgain;
  }

  /** Takes the call that was sent last to such a worker back from it. Only where memory tells that it hasn't begun. */
  takeStuckCall(now: number): Call | undefined {
    for (const { live } of this.#handles) {
      if (live === undefined || !live.canTakeBack || live.slots.count < 2) continue;
      if (now - live.heardAt < SILENCE_MS) {
        this.#waitForSilence();
        continue;
      }
      const call = live.slots.newest(mayMove);
      if (call !== undefined && live.takeBack(call)) return call;
    }
    return undefined;
  }

  #waitForSilence(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#lookAgain();
    }, SILENCE_MS).unref();
  }
}

function mayMove(call: Call): boolean {
  return !call.isSettled && !call.isBound && !call.isGivenAway;
}
