import { readdirSync, readFileSync } from "node:fs";

/** A process and its parent. */
interface Descent {
  readonly pid: number;
  readonly parent: number;
}

/** Reads a line of `/proc/PID/stat`; a name may hold spaces and brackets. */
export function parseStat(stat: string): Descent {
  const [, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return { pid: Number.parseInt(stat, 10), parent: Number(parent) };
}

/** The processes below `root`, at any depth. */
export function descendantsOf(root: number, processes: readonly Descent[]): number[] {
  const children = processes.filter((each) => each.parent === root).map((each) => each.pid);
  return [...children, ...children.flatMap((pid) => descendantsOf(pid, processes))];
}

/** The bytes of a `Pss:` line: pages that several processes share count in parts. */
export function parsePss(rollup: string): number {
  return Number(/^Pss:\s+(\d+) kB$/m.exec(rollup)?.[1]) * 1024;
}

/** What `read` gives, or nothing when the process has ended meanwhile. */
function ofLiving<T>(read: () => T): T[] {
  try {
    return [read()];
  } catch {
    return [];
  }
}

/**
 * Resident memory of all processes below this one, in bytes.
 *
 * @throws Error where there is no `/proc`: on all but Linux.
 */
export function memoryOfChildren(): number {
  if (process.platform !== "linux") throw new Error("memory of child processes is read on Linux only");
  const read = (pid: string | number, file: string): string => readFileSync(`/proc/${pid}/${file}`, "utf8");
  const processes = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => ofLiving(() => parseStat(read(name, "stat"))));
  return descendantsOf(process.pid, processes)
    .flatMap((pid) => ofLiving(() => parsePss(read(pid, "smaps_rollup"))))
    .reduce((sum, bytes) => sum + bytes, 0);
}
