import { appendFileSync } from "node:fs";
import { callContext, Worker } from "concurry";

const never = (): Promise<never> => new Promise(() => {});

/** Can die in every way that a worker can. */
export class Mortal extends Worker {
  echo<T>(value: T): T {
    return value;
  }

  which(): number {
    return callContext().workerIndex;
  }

  pid(): number {
    return process.pid;
  }

  exit(code: number): void {
    process.exit(code);
  }

  /** Ends while it runs this, but not in its own code. */
  exitWhileWaiting(code: number): Promise<never> {
    setTimeout(() => process.exit(code), 1);
    return never();
  }

  /** Ends after it has answered. */
  exitSoon(code: number): void {
    setTimeout(() => process.exit(code), 1);
  }

  /** Dies of an error after it has answered. */
  throwSoon(message: string): void {
    setTimeout(() => {
      throw new RangeError(message);
    }, 10);
  }

  throwOutside(message: string): Promise<never> {
    setTimeout(() => {
      throw Object.assign(new RangeError(message), { detail: { depth: 7 } });
    }, 1);
    return never();
  }

  rejectUnseen(message: string): Promise<never> {
    setTimeout(() => void Promise.reject(new RangeError(message)), 1);
    return never();
  }

  takeSignal(signal: NodeJS.Signals): Promise<never> {
    process.kill(process.pid, signal);
    return never();
  }

  hoard(): never {
    const kept: unknown[] = [];
    // Large arrays: many small ones may end the whole program on Node 24, and never end on Node 26.
    for (;;) kept.push(new Array(500_000).fill(0));
  }

  spin(): never {
    for (;;) Math.random();
  }

  hang(): Promise<never> {
    return never();
  }

  size(bytes: Uint8Array): number {
    return bytes.length;
  }

  /** Leaves a trace that outlives the worker. */
  note(file: string, number: number): number {
    appendFileSync(file, `${number}\n`);
    return number;
  }

  noteAndTakeSignal(file: string, number: number, signal: NodeJS.Signals): Promise<never> {
    this.note(file, number);
    return this.takeSignal(signal);
  }

  noteAndExit(file: string, number: number): void {
    this.note(file, number);
    process.exit(7);
  }
}
