import { randomUUID } from "node:crypto";
import { appendFileSync } from "node:fs";
import { setTimeout as rest } from "node:timers/promises";
import { threadId } from "node:worker_threads";
import { callContext, Worker } from "concurry";

/** Far longer than an answer takes to be read. */
const ANSWER_MS = 300;

/** What a call of an {@link Elastic} worker tells. */
export interface Done {
  readonly number: number;
  /** The instance that ran it, and how many calls that one had begun by then. */
  readonly instance: string;
  readonly calls: number;
  readonly workerIndex: number;
}

/** Tells its instances apart, counts their calls, and writes down what it runs. */
export class Elastic extends Worker {
  readonly #instance = randomUUID();
  readonly #kept: unknown[] = [];
  #calls = 0;

  /** Leaves its number in the file, which outlives the worker, and takes its time. */
  async run(number: number, milliseconds = 0, file?: string): Promise<Done> {
    this.#calls += 1;
    const done = {
      number,
      instance: this.#instance,
      calls: this.#calls,
      workerIndex: callContext().workerIndex,
    };
    if (file !== undefined) appendFileSync(file, `${number}\n`);
    if (milliseconds > 0) await rest(milliseconds);
    return done;
  }

  /** As {@link run}, without ever waiting. */
  runNow(number: number): Done {
    this.#calls += 1;
    return {
      number,
      instance: this.#instance,
      calls: this.#calls,
      workerIndex: callContext().workerIndex,
    };
  }

  instance(): string {
    return this.#instance;
  }

  identity(): string {
    return `${process.pid}-${threadId}`;
  }

  /** Whether tinypool runs it. */
  isTask(): boolean {
    return Reflect.has(process, "__tinypool_state__");
  }

  /** Keeps so many bytes of heap for ever. */
  leak(bytes: number): string {
    this.#kept.push(new Array(bytes / 8).fill(1.5));
    return this.#instance;
  }

  exit(code: number): void {
    process.exit(code);
  }

  crash(): Promise<never> {
    setTimeout(() => process.exit(3), 1);
    return new Promise(() => {});
  }

  fail(message: string): never {
    throw new RangeError(message);
  }

  failUntil(attempt: number): number {
    if (callContext().attempt < attempt) throw new RangeError("not yet");
    return callContext().attempt;
  }

  hang(): Promise<never> {
    return new Promise(() => {});
  }

  spin(): never {
    for (;;) Math.random();
  }

  /** Keeps its thread busy. */
  spend(milliseconds: number): string {
    const end = performance.now() + milliseconds;
    while (performance.now() < end) Math.random();
    return this.#instance;
  }
}

/** Can't be constructed as long as the file that it is told of is missing a line. */
export class Reluctant extends Worker {
  /** @param how Whether it throws, ends its process or thread, or never gets up. */
  constructor(how: "throw" | "exit" | "hang" | "not at all") {
    super();
    if (how === "throw") throw new RangeError("no key");
    if (how === "exit") process.exit(5);
    if (how === "hang") for (;;) Math.random();
  }

  which(): number {
    return callContext().workerIndex;
  }
}

/** Takes its time to end, or never does. */
export class Lingering extends Worker {
  readonly #file: string;
  readonly #stopMs: number;

  constructor(file: string, stopMs: number) {
    super();
    this.#file = file;
    this.#stopMs = stopMs;
    appendFileSync(file, "constructed\n");
  }

  which(): number {
    return callContext().workerIndex;
  }

  async onStop(): Promise<void> {
    appendFileSync(this.#file, "onStop\n");
    await rest(this.#stopMs);
  }
}

/** Falls ill in the way that it is told. */
export class Patient extends Worker {
  #illness: "none" | "false" | "throws" | "silent" = "none";

  fallIll(illness: "false" | "throws" | "silent"): void {
    this.#illness = illness;
  }

  /** For all workers, of whom one falls ill. */
  fallIllAt(index: number, illness: "false" | "throws" | "silent"): void {
    if (callContext().workerIndex === index) this.fallIll(illness);
  }

  hang(): Promise<never> {
    return new Promise(() => {});
  }

  echo<T>(value: T): T {
    return value;
  }

  pid(): number {
    return process.pid;
  }

  /** Keeps its thread busy. */
  spend(milliseconds: number): string {
    const end = performance.now() + milliseconds;
    while (performance.now() < end) Math.random();
    return "spent";
  }

  /** Answers, then never yields again. */
  spinSoon(): void {
    setTimeout(() => {
      for (;;) Math.random();
    }, 1);
  }

  healthCheck(): boolean | Promise<boolean> {
    if (this.#illness === "throws") throw new RangeError("fever");
    if (this.#illness === "silent") return new Promise(() => {});
    return this.#illness !== "false";
  }
}

/** Is ill from the moment at which it is told to end, and is asked for its health just then. */
export class Closing extends Worker {
  readonly #file: string;
  #close: () => void = () => {};
  readonly #closed = new Promise<void>((resolve) => (this.#close = resolve));

  constructor(file: string) {
    super();
    this.#file = file;
  }

  which(): number {
    return callContext().workerIndex;
  }

  async healthCheck(): Promise<boolean> {
    appendFileSync(this.#file, "asked\n");
    await this.#closed;
    return false;
  }

  async onStop(): Promise<void> {
    this.#close();
    await rest(ANSWER_MS);
    appendFileSync(this.#file, "closed\n");
  }
}
