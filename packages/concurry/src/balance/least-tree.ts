import type { WorkerLoad } from "./balancer.ts";
import { isLive, isReturning } from "./liveness.ts";

/** Puts every worker that is down behind every live one; far above any number of calls. */
const RETURNING_PENALTY = 2 ** 50;

/** Up to here a look at each worker is as quick as the tree. */
const LINEAR_LIMIT = 8;

/** The load of a worker as one number; lower is better, Infinity is out of the question. */
function keyOf(worker: WorkerLoad, load: (worker: WorkerLoad) => number): number {
  if (isLive(worker)) return load(worker);
  return isReturning(worker) ? RETURNING_PENALTY + load(worker) : Number.POSITIVE_INFINITY;
}

/**
 * Finds the least loaded worker, the lowest index among equals.
 *
 * Few workers are looked at one by one. Above that a tournament keeps the winner of each pair: a worker whose load changed plays
 * log2(n) matches anew, when the next choice is made. Loads are always read from the workers, so nothing can drift.
 */
export class LeastTree {
  readonly #load: (worker: WorkerLoad) => number;
  /** Node 1 is the final, node n's players are 2n and 2n+1, leaf i is `#leafCount + i`; each holds the winner's index. */
  #winners: Int32Array = new Int32Array(0);
  #keys: Float64Array = new Float64Array(0);
  #isChanged: Uint8Array = new Uint8Array(0);
  #changed: number[] = [];
  #leafCount = 0;
  #workerCount = 0;
  /** Without reports of changes the tree would grow stale, so that it isn't used. */
  #isReportedTo = false;

  constructor(load: (worker: WorkerLoad) => number) {
    this.#load = load;
  }

  /** Tells that the load or the state of a worker is no longer what it was. */
  changed(index: number): void {
    this.#isReportedTo = true;
    if (this.#isChanged[index] !== 0) return; // marked already, or not in the tree yet
    this.#isChanged[index] = 1;
    this.#changed.push(index);
  }

  /** The index of the least loaded worker; -1 when none can take a call. */
  least(workers: readonly WorkerLoad[]): number {
    if (workers.length <= LINEAR_LIMIT || !this.#isReportedTo) return this.#scan(workers);
    if (workers.length === this.#workerCount) this.#refresh(workers);
    else this.#build(workers);
    let winner = this.#winner();
    const worker = workers[winner];
    if (worker === undefined || !isLive(worker)) {
      this.#build(workers); // perhaps a change was not reported
      winner = this.#winner();
    }
    return this.#keys[winner] === Number.POSITIVE_INFINITY ? -1 : winner;
  }

  #winner(): number {
    return this.#winners[1] ?? 0;
  }

  #scan(workers: readonly WorkerLoad[]): number {
    let best = -1;
    let bestKey = Number.POSITIVE_INFINITY;
    for (let index = 0; index < workers.length; index += 1) {
      const key = keyOf(workers[index] as WorkerLoad, this.#load);
      if (key < bestKey) {
        best = index;
        bestKey = key;
      }
    }
    return best;
  }

  #build(workers: readonly WorkerLoad[]): void {
    this.#workerCount = workers.length;
    this.#leafCount = 2 ** Math.ceil(Math.log2(workers.length));
    this.#keys = new Float64Array(this.#leafCount).fill(Number.POSITIVE_INFINITY);
    this.#winners = new Int32Array(2 * this.#leafCount);
    this.#isChanged = new Uint8Array(workers.length);
    this.#changed.length = 0;
    for (let leaf = 0; leaf < this.#leafCount; leaf += 1) {
      this.#winners[this.#leafCount + leaf] = leaf;
      const worker = workers[leaf];
      if (worker !== undefined) this.#keys[leaf] = keyOf(worker, this.#load);
    }
    for (let node = this.#leafCount - 1; node > 0; node -= 1) this.#play(node);
  }

  #refresh(workers: readonly WorkerLoad[]): void {
    for (const index of this.#changed) {
      this.#isChanged[index] = 0;
      const worker = workers[index];
      if (worker === undefined) continue;
      this.#keys[index] = keyOf(worker, this.#load);
      for (let node = (this.#leafCount + index) >> 1; node > 0; node >>= 1) this.#play(node);
    }
    this.#changed.length = 0;
  }

  #play(node: number): void {
    const left = this.#winners[2 * node] as number;
    const right = this.#winners[2 * node + 1] as number;
    this.#winners[node] = (this.#keys[right] as number) < (this.#keys[left] as number) ? right : left;
  }
}
