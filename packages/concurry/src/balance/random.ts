import type { Balancer, WorkerLoad } from "./balancer.ts";
import { isLive, isReturning } from "./liveness.ts";

/** Any live worker, each as likely as the others. */
export class RandomChoice implements Balancer {
  readonly name = "Random";
  readonly #random: () => number;

  /** @param random Gives numbers in [0, 1), like `Math.random`. */
  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  select(workers: readonly WorkerLoad[]): number {
    let index = Math.floor(this.#random() * workers.length);
    const state = workers[index]?.state;
    if (state !== "ready" && state !== "starting") index = this.#selectAmongSome(workers);
    return index;
  }

  /** A new draw among those that can take the call: the neighbour of a dead worker must not get its share. */
  #selectAmongSome(workers: readonly WorkerLoad[]): number {
    let choices = workers.filter(isLive);
    if (choices.length === 0) choices = workers.filter(isReturning);
    const chosen = choices[Math.floor(this.#random() * choices.length)];
    return chosen === undefined ? -1 : workers.indexOf(chosen);
  }
}
