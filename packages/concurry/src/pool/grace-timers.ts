import type { Call } from "./call.ts";
import type { WorkerHandle } from "./worker-handle.ts";

/** How long a cancelled method may go on before its worker is replaced. */
export const GRACE_MS = 1000;

/** Watches cancelled calls that still run; an actor that doesn't let go of one is taken from it. */
export class GraceTimers {
  readonly #timers = new Set<NodeJS.Timeout>();
  #isClosed = false;
  readonly #isStuck: (call: Call, handle: WorkerHandle) => void;

  constructor(isStuck: (call: Call, handle: WorkerHandle) => void) {
    this.#isStuck = isStuck;
  }

  watch(call: Call, handle: WorkerHandle): void {
    if (this.#isClosed) return;
    const { live } = call;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      if (live === undefined || live.slots.at(call.slot) !== call || handle.live !== live) return;
      // It may have waited behind another call all this time; only what has started can be stuck.
      if (live.hasStarted(call) && live.isOldest(call)) this.#isStuck(call, handle);
      else this.watch(call, handle);
    }, GRACE_MS);
    this.#timers.add(timer.unref());
  }

  /** All workers end now: none is replaced any more. */
  close(): void {
    this.#isClosed = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}
