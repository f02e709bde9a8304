import { setImmediate as nextTurn } from "node:timers/promises";
import { type Pool, Worker } from "concurry";
import { Counter } from "./counter.ts";

/** Takes the pools that workers of the caller's own realm make. */
export interface Shelf {
  readonly pools: Pool<Counter>[];
  /** Resolves when a worker may go on. */
  readonly gate?: Promise<void>;
}

function addTo(shelf: Shelf): Pool<Counter> {
  const pool = Counter.options({ mode: "thread" }).init(0);
  shelf.pools.push(pool);
  return pool;
}

/** Makes pools where it is told to. */
export class Maker extends Worker {
  readonly #shelf: Shelf;

  constructor(shelf: Shelf) {
    super();
    this.#shelf = shelf;
  }

  make(): void {
    addTo(this.#shelf);
  }

  async makeLater(): Promise<void> {
    await nextTurn();
    addTo(this.#shelf);
  }

  /** Asks a pool that others have made. */
  ask(pool: Pool<Counter>): Promise<number> {
    return pool.add(1);
  }
}

/** Makes a pool, and fails to start. */
export class FailingMaker extends Worker {
  constructor(shelf: Shelf) {
    super();
    addTo(shelf);
    throw new RangeError("no such model");
  }

  make(): void {}
}

/** Makes a pool, and fails to start a little later. */
export class LateFailingMaker extends Worker {
  readonly #shelf: Shelf;

  constructor(shelf: Shelf) {
    super();
    this.#shelf = shelf;
  }

  async onStart(): Promise<void> {
    await nextTurn();
    addTo(this.#shelf);
    throw new RangeError("no such model");
  }

  make(): void {}
}

/** Makes a pool once its gate is open: perhaps when it has been stopped already. */
export class SlowMaker extends Worker {
  readonly #shelf: Shelf;

  constructor(shelf: Shelf) {
    super();
    this.#shelf = shelf;
  }

  async onStart(): Promise<void> {
    await this.#shelf.gate;
    addTo(this.#shelf);
  }

  make(): void {}
}
