import type { Call } from "./call.ts";
import type { WorkerHandle } from "./worker-handle.ts";

// Between two looks at a call that had not started.
const LOOK_AGAIN_MS = 50;

/** Watches cancelled calls that still run; an actor that doesn't let go of one is taken from it. */
export class GraceTimers {
  readonly #timers = new Set<NodeJS.Timeout>();
  #isClosed = false;
  readonly #isStuck: (call: Call, handle: WorkerHandle) => void;

  constructor(isStuck: (call: Call, handle: WorkerHandle) => void) {
    this.#isStuck = isStuck;
  }

  /** @param call What stands in the slot of the cancelled call now. */
  watch(call: Call, handle: WorkerHandle, graceMs: number): void {
    if (this.#isClosed) return;
    const { live } = call;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      if (live === undefined || live.slots.at(call.slot) !== call || handle.live !== live) return;
      // It may have waited behind another call all this time; only what runs can be stuck.
      if (live.running(1)[0] === call) this.#isStuck(call, handle);
      else this.watch(call, handle, Math.max(graceMs, LOOK_AGAIN_MS));
    }, graceMs);
    this.#timers.add(timer.unref());
  }

  /** All workers end now: none is replaced any more. */
  close(): void {
    this.#isClosed = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}
