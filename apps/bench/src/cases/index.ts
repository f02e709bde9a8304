import { burst } from "./burst.ts";
import { bytes } from "./bytes.ts";
import type { BenchCase } from "./case.ts";
import { cpuEven, cpuSkewed } from "./cpu.ts";
import { lone } from "./lone.ts";
import { loop64 } from "./loop64.ts";
import { copyMebibyte, moveMebibyte } from "./mebibytes.ts";
import { memoryPerCall } from "./memory.ts";
import { memoryPerWorker } from "./memory-worker.ts";
import { objects } from "./objects.ts";
import { one } from "./one.ts";
import { startUpProcesses, startUpThreads } from "./start-up.ts";

/** All workloads, in the order of the table. */
export const CASES: readonly BenchCase[] = [
  burst,
  loop64,
  one,
  lone,
  objects,
  bytes,
  copyMebibyte,
  moveMebibyte,
  cpuEven,
  cpuSkewed,
  startUpThreads,
  startUpProcesses,
  memoryPerCall,
  memoryPerWorker,
];

/** The workload of that name. @throws RangeError when there is none. */
export function caseNamed(name: string): BenchCase {
  const found = CASES.find((each) => each.name === name);
  if (found === undefined) throw new RangeError(`no workload is named "${name}"`);
  return found;
}
