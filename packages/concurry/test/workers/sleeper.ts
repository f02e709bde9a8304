import { setTimeout as sleep } from "node:timers/promises";
import { callContext, Worker } from "concurry";

/** Spends time: waiting, or working. */
export class Sleeper extends Worker {
  #processed = 0;

  async sleep(milliseconds: number): Promise<number> {
    await sleep(milliseconds);
    return callContext().workerIndex;
  }

  /** Keeps its thread busy; tells which worker it was. */
  work(milliseconds: number): number {
    const end = performance.now() + milliseconds;
    while (performance.now() < end) Math.random();
    this.#processed += 1;
    return callContext().workerIndex;
  }

  /** Waits in its thread until the flag is raised. */
  waitFor(flag: Int32Array): number {
    Atomics.wait(flag, 0, 0);
    return callContext().workerIndex;
  }

  which(): number {
    return callContext().workerIndex;
  }

  processed(): number {
    return this.#processed;
  }
}
