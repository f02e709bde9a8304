import { appendFileSync } from "node:fs";
import { setImmediate as turn } from "node:timers/promises";
import { callContext, Worker } from "concurry";

/** What is to go wrong in a {@link Lifecycle}. */
export type Failure = "constructor" | "onStart" | "onStop" | "neverStarts";

/** Writes down the steps of its life in a file, which outlives it. */
export class Lifecycle extends Worker {
  readonly #file: string;
  readonly #failure: Failure | undefined;

  constructor(file: string, failure?: Failure) {
    super();
    this.#file = file;
    this.#failure = failure;
    this.note("constructed");
    if (failure === "constructor") throw new RangeError("not constructed");
  }

  async onStart(): Promise<void> {
    this.note("onStart begins");
    await turn();
    if (this.#failure === "onStart") throw new RangeError("not started");
    if (this.#failure === "neverStarts") await new Promise(() => setInterval(() => {}, 1000));
    this.note("onStart ends");
  }

  async onStop(): Promise<void> {
    this.note("onStop begins");
    await turn();
    if (this.#failure === "onStop") throw new RangeError("not stopped");
    this.note("onStop ends");
  }

  async call(name: string): Promise<string> {
    this.note(`${name} begins`);
    await turn();
    this.note(`${name} ends`);
    return name;
  }

  async callUntilAborted(): Promise<void> {
    const { signal } = callContext();
    this.note("waits");
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    this.note("aborted");
  }

  note(step: string): void {
    appendFileSync(this.#file, `${step}\n`);
  }
}

/** Has the platform's names for `onStop`. */
export class Disposable extends Worker {
  readonly #file: string;

  constructor(file: string) {
    super();
    this.#file = file;
  }

  ping(): string {
    return "pong";
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await turn();
    appendFileSync(this.#file, "disposed later\n");
  }
}

/** As {@link Disposable}, without waiting. */
export class SyncDisposable extends Worker {
  readonly #file: string;

  constructor(file: string) {
    super();
    this.#file = file;
  }

  ping(): string {
    return "pong";
  }

  [Symbol.dispose](): void {
    appendFileSync(this.#file, "disposed\n");
  }
}

/** Starts with a promise that is none of the platform's. */
export class Thenable extends Worker {
  #isStarted = false;

  onStart(): PromiseLike<void> {
    const started = turn().then(() => {
      this.#isStarted = true;
    });
    // biome-ignore lint/suspicious/noThenProperty: what else would be a thenable.
    return { then: (onValue, onError) => started.then(onValue, onError) };
  }

  isStarted(): boolean {
    return this.#isStarted;
  }
}

/** Of several workers only the one that comes first gets up before the flag is raised. */
export class Latecomer extends Worker {
  readonly #flags: Int32Array;

  /** @param flags Two words of shared memory: how many came, and whether the late ones may get up. */
  constructor(flags: Int32Array) {
    super();
    this.#flags = flags;
    if (Atomics.add(flags, 0, 1) > 0) Atomics.wait(flags, 1, 0);
  }

  which(): number {
    return callContext().workerIndex;
  }

  came(): number {
    return Atomics.load(this.#flags, 0);
  }
}
