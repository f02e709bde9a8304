import type { WorkerLoad } from "./balancer.ts";
import { isLive, isReturning } from "./liveness.ts";

/** Puts every worker that will come back behind every live one; far above any number of calls. */
const RETURNING_PENALTY = 2 ** 50;

/** The load of a worker as one number; lower is better, Infinity is out of the question. */
function keyOf(worker: WorkerLoad, load: (worker: WorkerLoad) => number): number {
  if (isLive(worker)) return load(worker);
  return isReturning(worker) ? RETURNING_PENALTY + load(worker) : Number.POSITIVE_INFINITY;
}

/**
 * Finds the least loaded worker, the lowest index among equals.
 *
 * A look at each worker would take longer than the rest of a call. So the loads are kept in one flat table: only workers
 * that changed are read anew, and the search ends at the first load that is as low as any can be. Loads always come from
 * the workers themselves, so nothing can drift.
 */
export class LeastLoaded {
  readonly #load: (worker: WorkerLoad) => number;
  #keys: Float64Array = new Float64Array(0);
  /** No key is lower than this. */
  #floor = 0;
  /** Indices of workers to read anew; the first `#changedCount` count. */
  #changed: Int32Array = new Int32Array(0);
  #changedCount = 0;
  /** Without reports of changes the table would grow stale; then it isn't used. */
  #isReportedTo = false;

  constructor(load: (worker: WorkerLoad) => number) {
    this.#load = load;
  }

  /** Tells that the load or the state of a worker is no longer what it was. */
  changed(index: number): void {
    this.#isReportedTo = true;
    const count = this.#changedCount;
    // One that settles call after call is noted once; any other second note does no harm.
    if (count > 0 && this.#changed[count - 1] === index) return;
    if (count < this.#changed.length) this.#changed[count] = index;
    this.#changedCount = count + 1;
  }

  /** The index of the least loaded worker; -1 when none can take a call. */
  least(workers: readonly WorkerLoad[]): number {
    // A list that has overflowed is dearer than reading all.
    const isUsable =
      this.#isReportedTo &&
      workers.length === this.#keys.length &&
      this.#changedCount <= this.#changed.length;
    if (isUsable) this.#readChanged(workers);
    else this.#readAll(workers);
    const index = this.#lowest();
    const worker = workers[index];
    if (worker !== undefined && isLive(worker)) return index;
    this.#readAll(workers); // none is live, or a change was not reported
    return this.#lowest();
  }

  #lowest(): number {
    const keys = this.#keys;
    let lowestIndex = -1;
    let lowest = Number.POSITIVE_INFINITY;
    for (let index = 0; index < keys.length; index += 1) {
      const key = keys[index] as number;
      if (key >= lowest) continue;
      lowest = key;
      lowestIndex = index;
      if (key <= this.#floor) break;
    }
    this.#floor = lowest;
    return lowestIndex;
  }

  #readChanged(workers: readonly WorkerLoad[]): void {
    for (let place = 0; place < this.#changedCount; place += 1)
      this.#read(workers, this.#changed[place] as number);
    this.#changedCount = 0;
  }

  #readAll(workers: readonly WorkerLoad[]): void {
    if (workers.length !== this.#keys.length) {
      this.#keys = new Float64Array(workers.length);
      this.#changed = new Int32Array(workers.length);
    }
    this.#changedCount = 0;
    for (let index = 0; index < workers.length; index += 1) this.#read(workers, index);
  }

  #read(workers: readonly WorkerLoad[], index: number): void {
    const worker = workers[index];
    if (worker === undefined) return;
    const key = keyOf(worker, this.#load);
    this.#keys[index] = key;
    if (key < this.#floor) this.#floor = key;
  }
}
