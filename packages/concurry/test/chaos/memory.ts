import { setImmediate as turn } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

// Code, shapes and caches settle in the first rounds.
const WARM_UP_ROUNDS = 8;
/** Fewer rounds tell nothing. */
export const LEAST_ROUNDS: number = 20;
// Tables inside the engine double now and then: the largest steps, and as many of the smallest, don't count.
const TRIMMED_SHARE = 0.1;
/** A pool that is kept with its calls takes far more. */
const MOST_GROWTH_BYTES = 100 * 1024;

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

  /** By how much it grows from round to round; undefined when there were too few. */
  get growthBytes(): number | undefined {
    if (this.#sizes.length < LEAST_ROUNDS) return undefined;
    const sizes = this.#sizes.slice(WARM_UP_ROUNDS);
    const steps = sizes.slice(1).map((size, index) => size - (sizes[index] as number));
    const trimmed = Math.ceil(steps.length * TRIMMED_SHARE);
    const kept = steps.sort((a, b) => a - b).slice(trimmed, -trimmed);
    return kept.reduce((sum, step) => sum + step, 0) / kept.length;
  }

  problems(): string[] {
    if ((this.growthBytes ?? 0) <= MOST_GROWTH_BYTES) return [];
    return [`the heap grows; after each round ${this.#sizes.map(inMiB).join(", ")}`];
  }
}

export function inMiB(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
