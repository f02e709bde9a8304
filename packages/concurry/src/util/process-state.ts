import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Whether the system has stopped a process (SIGSTOP, a debugger), or it is dead and not buried; false for none. */
export async function isStopped(pid: number | undefined): Promise<boolean> {
  if (pid === undefined) return false;
  try {
    return /^[TtZX]/.test(process.platform === "linux" ? await stateInProc(pid) : await stateInPs(pid));
  } catch {
    return true; // There is no such process.
  }
}

/** The letter behind the name, which is in parentheses and may have any character in it (proc_pid_stat(5)). */
async function stateInProc(pid: number): Promise<string> {
  const line = await readFile(`/proc/${pid}/stat`, "utf8");
  return line.slice(line.lastIndexOf(")") + 1).trim();
}

async function stateInPs(pid: number): Promise<string> {
  const { stdout } = await run("ps", ["-o", "state=", "-p", String(pid)]);
  return stdout.trim();
}
