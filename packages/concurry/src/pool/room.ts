import type { Call } from "./call.ts";
import type { Window } from "./window.ts";
import type { WorkerHandle } from "./worker-handle.ts";

/** Which workers could be sent a call now. */
export class Room {
  readonly #handles: readonly WorkerHandle[];
  readonly #window: Window;

  constructor(handles: readonly WorkerHandle[], window: Window) {
    this.#handles = handles;
    this.#window = window;
  }

  has(handle: WorkerHandle, call: Call): boolean {
    const { live } = handle;
    if (handle.state !== "ready" || handle.callsLeft <= 0 || live === undefined || !live.isOpen) return false;
    const { count, load } = live.slots;
    return this.#window.admits(count + handle.reserved, load, call.methodIndex);
  }

  /** Of the workers with room the one with the fewest calls in flight; load only decides whether there is room. */
  find(call: Call): WorkerHandle | undefined {
    let best: WorkerHandle | undefined;
    let fewest = Number.POSITIVE_INFINITY;
    for (const handle of this.#handles) {
      const count = handle.running + handle.reserved;
      if (count < fewest && this.has(handle, call)) [best, fewest] = [handle, count];
    }
    return best;
  }
}
