import { appendFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "concurry";

const STAY_MS = 5;

/** Writes into a file who comes and goes, in one order for all workers. */
export class Crowded extends Worker {
  readonly #file: string;

  constructor(file: string) {
    super();
    this.#file = file;
  }

  async stay(visitor: number): Promise<number> {
    this.#write(`in ${visitor}`);
    await sleep(STAY_MS);
    this.#write(`out ${visitor}`);
    return visitor;
  }

  /** Never returns: its worker is gone. */
  async stayAndDie(visitor: number, signal: NodeJS.Signals | undefined): Promise<never> {
    await this.stay(visitor);
    if (signal === undefined) process.exit(7);
    process.kill(process.pid, signal);
    return new Promise(() => {});
  }

  #write(line: string): void {
    appendFileSync(this.#file, `${line}\n`);
  }
}
