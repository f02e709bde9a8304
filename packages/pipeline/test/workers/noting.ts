import { appendFileSync } from "node:fs";
import { threadId } from "node:worker_threads";
import type { Context, DoneStatus, WorkerInfo } from "@concurry/pipeline";
import { Worker } from "concurry";

/** Adds a line to the file that a test reads: from any thread or process, in one piece. */
export function note(what: string, facts: object = {}): void {
  const line = JSON.stringify({ what, place: `${process.pid}-${threadId}`, ...facts });
  appendFileSync(process.env.JOURNAL as string, `${line}\n`);
}

export function noted(value: number): number {
  note("call", { value });
  return value;
}

export function notedSquare(value: number): number {
  return noted(value) ** 2;
}

export async function notedLate(value: number): Promise<number> {
  note("call", { value });
  await new Promise((resolve) => setTimeout(resolve, 20));
  return value;
}

/** Blocks its thread for so many milliseconds. */
export function busyAfterNote(milliseconds: number): number {
  note("call", { value: milliseconds });
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
  return milliseconds;
}

/** Waits for ever and does not heed its signal. */
export function waitsAfterNote(value: number): Promise<never> {
  note("call", { value });
  return new Promise(() => {});
}

/** One item, and then it waits for ever and does not heed its signal. */
export async function* waitsAfterItem(value: number): AsyncGenerator<number> {
  yield value;
  await waitsAfterNote(value);
}

export function noteStart(worker: WorkerInfo): { readonly startedAs: number } {
  note("start", { index: worker.index });
  return { startedAs: worker.index };
}

/** Tells what `onStart` gave, and the number of the element. */
export function withStart(value: number, ctx: Context<{ startedAs: number }>): readonly unknown[] {
  note("call", { value, index: ctx.worker.index });
  return [ctx.startedAs === ctx.worker.index, ctx.index];
}

export function noteDone(
  resources: { readonly startedAs: number },
  { activeWorkers, done, reason }: DoneStatus,
): void {
  note("done", { index: resources.startedAs, activeWorkers, done, reason });
}

/** Waits at 2 until it is aborted, and a little longer. */
export function heedsAtTwo(value: number, { signal }: Context): number | Promise<number> {
  if (value !== 2) return value;
  return new Promise((resolve) => signal.addEventListener("abort", () => setTimeout(resolve, 10, value)));
}

/** Notes how many calls its pool lets in at once. */
export class Guarded extends Worker {
  async guarded(value: number): Promise<number> {
    await using _lease = await this.limits.acquire({ model: 1 });
    note("in");
    await new Promise((resolve) => setTimeout(resolve, 5));
    note("out");
    return value + 1;
  }

  async waits(): Promise<never> {
    note("waits");
    return new Promise(() => {});
  }
}
