import { setImmediate as turn } from "node:timers/promises";
import { Worker } from "concurry";

/** Refuses negative numbers. */
export class Risky extends Worker {
  riskyOperation(value: number): number {
    if (value < 0) throw new RangeError(`Negative value not allowed: ${value}`);
    return value * 2;
  }
}

/** Counts what it does, and ends long tasks when it is told to. */
export class Mixed extends Worker {
  readonly #metrics: Record<string, number> = {};
  #shouldStop = false;

  process(kind: string, data: number): number {
    this.#metrics[kind] = (this.#metrics[kind] ?? 0) + 1;
    return kind === "slow" ? data ** 2 : data * 2;
  }

  getMetrics(): Readonly<Record<string, number>> {
    return this.#metrics;
  }

  /** Goes on until `shutdown`; tells how many rounds it made. */
  async longTask(): Promise<number> {
    let rounds = 0;
    while (!this.#shouldStop) {
      await turn();
      rounds += 1;
    }
    return rounds;
  }

  shutdown(): void {
    this.#shouldStop = true;
  }
}
