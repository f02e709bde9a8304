import type { WorkerLoad } from "./balancer.ts";

/** True when a worker takes calls, now or as soon as it is up. */
export function isLive(worker: WorkerLoad): boolean {
  return worker.state === "ready" || worker.state === "starting";
}

/** True when a worker that takes no calls now will, or another one in its place. */
export function isReturning(worker: WorkerLoad): boolean {
  return worker.state !== "dead" && !isLive(worker);
}

/** The first worker from `start` on, around the end, that takes calls; else the first that will come back; else -1. */
export function nextLive(workers: readonly WorkerLoad[], start: number): number {
  const live = nextWhere(workers, start, isLive);
  return live === -1 ? nextWhere(workers, start, isReturning) : live;
}

function nextWhere(
  workers: readonly WorkerLoad[],
  start: number,
  matches: (worker: WorkerLoad) => boolean,
): number {
  const count = workers.length;
  for (let step = 0; step < count; step += 1) {
    const index = (start + step) % count;
    const worker = workers[index];
    if (worker !== undefined && matches(worker)) return index;
  }
  return -1;
}
