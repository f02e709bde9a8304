import { appendFileSync, readFileSync } from "node:fs";
import { setTimeout as nextLook } from "node:timers/promises";
import { callContext, registerError, Worker } from "concurry";

/** The error of a {@link Fragile} that can't start. */
export class NotStarted extends Error {
  readonly depth: number;

  constructor(message: string, depth: number) {
    super(message);
    this.name = "NotStarted";
    this.depth = depth;
  }
}

registerError(NotStarted);

/** When a {@link Fragile} fails, and in what way. */
export interface Weakness {
  readonly when: "constructor" | "onStart" | "onStop";
  readonly how: "throw" | "exit" | "kill" | "hang" | "spin" | "throwOutside";
  /** Fails only in the worker that comes first, or in all that come later. A file in which each leaves a line. */
  readonly first?: string;
  readonly later?: string;
}

const LOOK_EVERY_MS = 5;

const never = (): Promise<never> => new Promise(() => {});

/** Fails where it is told to, outside of calls. */
export class Fragile extends Worker {
  readonly #weakness: Weakness;

  constructor(weakness: Weakness) {
    super();
    this.#weakness = weakness;
    if (weakness.when === "constructor") void this.#fail();
  }

  onStart(): Promise<void> {
    return this.#weakness.when === "onStart" ? this.#fail() : Promise.resolve();
  }

  onStop(): Promise<void> {
    return this.#weakness.when === "onStop" ? this.#fail() : Promise.resolve();
  }

  which(): number {
    return callContext().workerIndex;
  }

  exit(code: number): void {
    process.exit(code);
  }

  #fail(): Promise<void> {
    const { how, first, later } = this.#weakness;
    if (first !== undefined && !comesFirst(first)) return Promise.resolve();
    if (later !== undefined && comesFirst(later)) return Promise.resolve();
    if (how === "throw") throw new NotStarted("no key", 3);
    if (how === "exit") process.exit(6);
    if (how === "kill") process.kill(process.pid, "SIGKILL");
    if (how === "spin") for (;;) Math.random();
    if (how === "throwOutside") {
      setTimeout(() => {
        throw new RangeError("too early");
      }, 1);
    }
    return never();
  }
}

/** Several of these stop only together: each waits in its `onStop` until all have come to theirs. */
export class Gathering extends Worker {
  readonly #file: string;
  readonly #count: number;

  constructor(file: string, count: number) {
    super();
    this.#file = file;
    this.#count = count;
  }

  pid(): number {
    return process.pid;
  }

  async onStop(): Promise<void> {
    appendFileSync(this.#file, "here\n");
    while (readFileSync(this.#file, "utf8").split("\n").length <= this.#count) await nextLook(LOOK_EVERY_MS);
  }
}

/** A line shorter than a pipe's buffer is added whole, by however many at once. */
function comesFirst(file: string): boolean {
  const own = `${process.pid}-${Math.random()}`;
  appendFileSync(file, `${own}\n`);
  return readFileSync(file, "utf8").startsWith(own);
}
