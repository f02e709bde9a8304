import type { ChildProcess } from "node:child_process";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Worker as Thread } from "node:worker_threads";
import { afterAll } from "vitest";
import { until } from "../pool/support.ts";

/** How long a death may take to be seen: 100 ms are promised, the rest is for a machine that is busy with other tests. */
export const SEEN_MS = 2_000;
/** How long an orphan may live: 1 s is promised. */
export const ORPHAN_MS = 5_000;

/** What workers that die loudly are started with. */
export const QUIET = { stdio: "ignore" } as const;

/** Sees the threads and processes that this program starts. */
export class Spawned {
  readonly all: (Thread | ChildProcess)[] = [];
  readonly #onThread = (message: unknown): void => void this.all.push((message as { worker: Thread }).worker);
  readonly #onChild = (message: unknown): void =>
    void this.all.push((message as { process: ChildProcess }).process);

  constructor() {
    subscribe("worker_threads", this.#onThread);
    subscribe("child_process", this.#onChild);
    afterAll(() => {
      unsubscribe("worker_threads", this.#onThread);
      unsubscribe("child_process", this.#onChild);
    });
  }

  /** The end of the one that was started last, on the monotonic clock. */
  endOfLast(): Promise<number> {
    const last = this.all.at(-1) as NodeJS.EventEmitter;
    return new Promise((resolve) => last.once("exit", () => resolve(performance.now())));
  }
}

/** True while a process lives; one that has ended and that nobody has asked for counts as gone. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  return !isZombie(pid);
}

function isZombie(pid: number): boolean {
  if (process.platform !== "linux") return false;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).startsWith("Z");
  } catch {
    return true;
  }
}

/** Resolves when none of these processes lives, with the milliseconds that it took. */
export async function gone(...pids: readonly number[]): Promise<number> {
  const start = performance.now();
  await until(() => !pids.some(isAlive));
  return performance.now() - start;
}

/** A file that workers write lines into; it outlives them, and is removed after all tests. */
export class Notes {
  readonly file: string;

  constructor() {
    const folder = mkdtempSync(join(tmpdir(), "concurry-death-"));
    this.file = join(folder, "notes");
    this.clear();
    afterAll(() => rmSync(folder, { recursive: true }));
  }

  clear(): void {
    writeFileSync(this.file, "");
  }

  lines(): string[] {
    return readFileSync(this.file, "utf8").split("\n").slice(0, -1);
  }
}

/** Lines that are there more than once. */
export function repeated(lines: readonly string[]): string[] {
  const seen = new Set<string>();
  return lines.filter((line) => seen.size === seen.add(line).size);
}
