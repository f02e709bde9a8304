import { Worker } from "concurry";

/** Counts: the smallest worker with a state. */
export class Counter extends Worker {
  #count: number;

  constructor(start = 0) {
    super();
    this.#count = start;
  }

  add(step: number): number {
    this.#count += step;
    return this.#count;
  }

  async addLater(step: number): Promise<number> {
    return this.add(step);
  }

  get(): number {
    return this.#count;
  }

  fail(message: string): never {
    throw new RangeError(message);
  }

  echo(value: unknown): unknown {
    return value;
  }

  all(...values: unknown[]): unknown[] {
    return values;
  }
}
