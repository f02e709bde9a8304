import { QueueFullError } from "../errors/call-errors.ts";
import { deferred } from "../util/deferred.ts";
import type { PoolCore } from "./pool.ts";
import { Waiters } from "./waiters.ts";

/** Says whether a pool takes another call, and lets people wait until it does. */
export class Entrance {
  /** Those who wait until a worker is up. */
  readonly up: Waiters = new Waiters();
  readonly #pool: PoolCore;
  #lastInTurn: Promise<void> | undefined;

  constructor(pool: PoolCore) {
    this.#pool = pool;
  }

  /** Why no call is taken now; undefined when there is room. */
  refusal(): Error | undefined {
    return this.#pool.closedBy ?? this.#fullness();
  }

  /** Resolves when another call would be taken. */
  async takesCalls(): Promise<void> {
    const pool = this.#pool;
    await this.#roomInTurn();
    if (pool.closedBy !== undefined) throw pool.closedBy;
    const { handles } = pool.places;
    if (handles.some(({ state }) => state === "ready" || state === "asleep")) return;
    if (handles.every(({ state }) => state === "dead")) throw pool.deadBecause;
    await this.up.wait();
  }

  #fullness(): QueueFullError | undefined {
    const { maxQueuedCalls, name } = this.#pool.options;
    if (this.#pool.ledger.counts.open < maxQueuedCalls) return undefined;
    const message = `Pool "${name}" has ${maxQueuedCalls} calls waiting or running, which is its maxQueuedCalls; wait for pool.ready().`;
    return new QueueFullError(message, { maxQueuedCalls });
  }

  /** Waits until there is room: one after the other, each with time to make its call before the next one looks. */
  async #roomInTurn(): Promise<void> {
    if (this.#lastInTurn === undefined && this.#fullness() === undefined) return;
    const before = this.#lastInTurn;
    const turn = deferred();
    this.#lastInTurn = turn.promise;
    await before;
    while (this.#pool.closedBy === undefined && this.#fullness() !== undefined)
      await this.#pool.ledger.room.wait();
    if (this.#lastInTurn === turn.promise) this.#lastInTurn = undefined;
    setImmediate(turn.resolve);
  }
}
