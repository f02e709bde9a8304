import { noteDescendant } from "../../protocol/descendants.ts";
import { isRunning } from "./process-state.ts";

/** A process that must not outlive this program. */
export interface Dependent {
  readonly pid: number;
  /** Closes the link to it, at once: it ends by itself then, unless it is in a loop without end. */
  letGo(): void;
  kill(): void;
}

/** How long a process has to end once its link is closed: it gives its `onStop` 800 ms. */
export const PATIENCE_MS = 900;
const LOOK_EVERY_MS = 5;

const dependents = new Set<Dependent>();

/** Sees to it that a process is gone when this program ends, or the pool above this worker ends it, however busy it is. */
export function endWithProgram(dependent: Dependent): void {
  if (dependents.size === 0) process.on("exit", endAll);
  dependents.add(dependent);
  noteDescendant({ descendant: dependent.pid, lives: true });
}

/** The process has ended. */
export function hasEnded(dependent: Dependent): void {
  if (!dependents.delete(dependent)) return;
  if (dependents.size === 0) process.off("exit", endAll);
  noteDescendant({ descendant: dependent.pid, lives: false });
}

// No event comes any more. Nobody has collected these processes, so that their numbers can't be those of others.
function endAll(): void {
  for (const dependent of dependents) dependent.letGo();
  const clock = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const deadline = performance.now() + PATIENCE_MS;
  let living = [...dependents];
  while (living.length > 0 && performance.now() < deadline) {
    Atomics.wait(clock, 0, 0, LOOK_EVERY_MS);
    living = living.filter(({ pid }) => isRunning(pid));
  }
  for (const dependent of living) dependent.kill();
}
