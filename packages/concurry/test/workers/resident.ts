import { appendFileSync } from "node:fs";
import { threadId } from "node:worker_threads";
import { Worker } from "concurry";

const never = (): Promise<never> => new Promise(() => {});

/** Where a worker lives. */
export interface Address {
  readonly pid: number;
  readonly threadId: number;
}

/** Notes its end in a file that outlives it. */
export class Resident extends Worker {
  readonly #file: string;
  readonly #name: string;

  constructor(file: string, name: string) {
    super();
    this.#file = file;
    this.#name = name;
  }

  onStop(): void {
    this.note("stopped");
  }

  address(): Address {
    return { pid: process.pid, threadId };
  }

  note(text: string): void {
    appendFileSync(this.#file, `${this.#name} ${text}\n`);
  }

  hang(): Promise<never> {
    this.note("hangs");
    return never();
  }

  /** Never yields until the time is over; then it waits. */
  async spin(milliseconds: number): Promise<void> {
    this.note("spins");
    const end = performance.now() + milliseconds;
    while (performance.now() < end) Math.random();
    return never();
  }

  exit(code: number): void {
    process.exit(code);
  }

  /** Adds one to a shared word now and then, for as long as its thread lives. */
  beat(word: Int32Array): void {
    setInterval(() => {
      Atomics.add(word, 0, 1);
      Atomics.notify(word, 0);
    }, 1);
  }
}

/** Has a pool of its own. */
export class Landlord extends Resident {
  readonly #inner: ReturnType<typeof innerPool>;

  constructor(file: string, mode: "thread" | "process") {
    super(file, "outer");
    this.#inner = innerPool(mode, file);
  }

  innerAddresses(): Promise<Address[]> {
    return this.#inner.broadcast.address();
  }

  async letBeat(word: Int32Array): Promise<void> {
    await this.#inner.beat(word);
  }

  async letSpin(milliseconds: number): Promise<void> {
    await this.#inner.spin(milliseconds);
  }
}

function innerPool(mode: "thread" | "process", file: string) {
  return Resident.options({ mode, maxWorkers: 2 }).init(file, "inner");
}
