import { closeSync, fstatSync, readSync } from "node:fs";
import { isMainThread, workerData } from "node:worker_threads";
import type { ThreadStart } from "../protocol/thread-start.ts";

// Behind the two sockets and the IPC channel.
const CODE_FD = 6;

/** What the program's loader has compiled, if this host was given it. */
export function receivedCode(): Uint8Array | undefined {
  if (!isMainThread) return (workerData as Partial<ThreadStart> | null)?.compiledCode;
  try {
    const stats = fstatSync(CODE_FD);
    // Something else may be there in a process that was not started by our engine.
    if (!stats.isFile() || stats.nlink > 0) return undefined;
    const bytes = Buffer.allocUnsafe(stats.size);
    // From the start, wherever other processes have read to.
    const count = readSync(CODE_FD, bytes, 0, bytes.length, 0);
    closeSync(CODE_FD);
    return count === bytes.length ? bytes : undefined;
  } catch {
    return undefined;
  }
}
