import { readFileSync } from "node:fs";

// Fields of /proc/<pid>/stat behind the name of the program.
const STATE_FIELD = 0;
const START_FIELD = 19;

/** True while a process lives; one that has ended and was not collected doesn't. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform === "win32" || !ask(pid, STATE_FIELD, "stat=").startsWith("Z");
  } catch {
    return false;
  }
}

/** True while the system has stopped a process (SIGSTOP, a debugger), and when it has ended; false for none. */
export function isStopped(pid: number | undefined): boolean {
  if (pid === undefined) return false;
  try {
    return /^[TtZX]/.test(ask(pid, STATE_FIELD, "stat="));
  } catch {
    return true;
  }
}

/** When a process began, in some words; undefined when there is none. Tells it from a later one of the same number. */
export function startOf(pid: number): string | undefined {
  try {
    return ask(pid, START_FIELD, "lstart=");
  } catch {
    return undefined;
  }
}

function ask(pid: number, field: number, column: string): string {
  if (process.platform === "linux") {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[field] as string;
  }
  const { execFileSync } = process.getBuiltinModule("node:child_process");
  return execFileSync("ps", ["-o", column, "-p", String(pid)], { encoding: "latin1" });
}
