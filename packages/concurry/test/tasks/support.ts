/** Counts what is taken from it, and hears of its end. */
export class Counted {
  taken = 0;
  isClosed = false;
  readonly #most: number;

  constructor(most: number = Number.POSITIVE_INFINITY) {
    this.#most = most;
  }

  *[Symbol.iterator](): Generator<number> {
    try {
      for (; this.taken < this.#most; ) {
        this.taken += 1;
        yield this.taken;
      }
    } finally {
      this.isClosed = true;
    }
  }
}

/** All results of a loop. */
export async function collect<T>(results: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const result of results) all.push(result);
  return all;
}
