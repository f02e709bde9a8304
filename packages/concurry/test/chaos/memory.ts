import { setImmediate as turn } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

// Code, shapes and caches settle in the first rounds.
const WARM_UP_ROUNDS = 8;
const COMPARED_ROUNDS = 5;
/** Fewer rounds tell nothing. */
export const LEAST_ROUNDS: number = WARM_UP_ROUNDS + 2 * COMPARED_ROUNDS;
/** A pool that is kept with its calls takes several times as much in so many rounds. */
const MOST_GROWTH_BYTES = 2 * 2 ** 20;

/** Watches whether the heap stays flat from round to round. */
export class Memory {
  readonly #sizes: number[] = [];

  async sample(): Promise<number> {
    setFlagsFromString("--expose-gc");
    const gc = runInNewContext("gc") as () => void;
    for (let count = 0; count < 4; count += 1) {
      await turn();
      gc();
    }
    const { heapUsed, external } = process.memoryUsage();
    this.#sizes.push(heapUsed + external);
    return heapUsed + external;
  }

  /** By how much the last rounds are above the first ones that count; undefined when there were too few. */
  get growthBytes(): number | undefined {
    if (this.#sizes.length < LEAST_ROUNDS) return undefined;
    const first = this.#sizes.slice(WARM_UP_ROUNDS, WARM_UP_ROUNDS + COMPARED_ROUNDS);
    return median(this.#sizes.slice(-COMPARED_ROUNDS)) - median(first);
  }

  problems(): string[] {
    const growth = this.growthBytes ?? 0;
    if (growth <= MOST_GROWTH_BYTES) return [];
    return [
      `memory: ${inMiB(growth)} more at the end; after each round ${this.#sizes.map(inMiB).join(", ")}`,
    ];
  }
}

export function inMiB(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
