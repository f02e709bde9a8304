import { isDescendantNote } from "../protocol/descendants.ts";
import { type Dependent, endWithProgram, hasEnded, PATIENCE_MS } from "./process/exit-guard.ts";
import { isRunning, startOf } from "./process/process-state.ts";

/**
 * The processes below one worker: those of its pools, of the pools in these, and so on.
 *
 * They end by themselves when the worker does, each seeing its link closed. One that never yields sees nothing, and
 * whoever could end it is gone: so the pool above does it.
 */
export class Descendants {
  readonly #living = new Map<number, Dependent>();
  readonly #letGo: () => void;

  /** @param letGo Asks the worker to end when the program does; its processes can end in peace then. */
  constructor(letGo: () => void) {
    this.#letGo = letGo;
  }

  /** Takes a message of the control lane; false when it is about something else. */
  receive(body: unknown): boolean {
    if (!isDescendantNote(body)) return false;
    const { descendant: pid, lives } = body;
    if (lives) this.#add(pid);
    else this.#remove(pid);
    return true;
  }

  /** The worker is gone. */
  takeOver(): void {
    for (const pid of this.#living.keys()) {
      const since = startOf(pid);
      // It has some time, and meanwhile its number may become that of another process.
      const end = (): void => {
        if (since !== undefined && since === startOf(pid)) kill(pid);
        this.#remove(pid);
      };
      if (since === undefined || !isRunning(pid)) this.#remove(pid);
      else setTimeout(end, PATIENCE_MS).unref();
    }
  }

  #add(pid: number): void {
    const dependent = { pid, letGo: this.#letGo, kill: () => kill(pid) };
    this.#living.set(pid, dependent);
    endWithProgram(dependent);
  }

  #remove(pid: number): void {
    const dependent = this.#living.get(pid);
    if (dependent === undefined) return;
    this.#living.delete(pid);
    hasEnded(dependent);
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has just ended.
  }
}
