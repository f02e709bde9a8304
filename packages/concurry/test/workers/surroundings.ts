import { getHeapStatistics } from "node:v8";
import { isMainThread, threadId } from "node:worker_threads";
import { Worker } from "concurry";

const BYTES_PER_MB = 2 ** 20;

/** Tells where it runs. */
export class Surroundings extends Worker {
  environment(name: string): string | undefined {
    return process.env[name];
  }

  arguments(): readonly string[] {
    return process.argv;
  }

  flags(): readonly string[] {
    return process.execArgv;
  }

  title(): string {
    return process.title;
  }

  heapLimitMb(): number {
    return getHeapStatistics().heap_size_limit / BYTES_PER_MB;
  }

  identity(): { readonly pid: number; readonly threadId: number; readonly isMainThread: boolean } {
    return { pid: process.pid, threadId, isMainThread };
  }

  isHost(): boolean {
    return Worker.isHost;
  }

  print(text: string): Promise<void> {
    return new Promise((resolve) => process.stdout.write(text, () => resolve()));
  }
}
