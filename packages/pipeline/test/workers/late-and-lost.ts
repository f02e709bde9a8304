import { existsSync } from "node:fs";
import type { Context } from "@concurry/pipeline";
import { TimeoutError } from "concurry";
import { PickyError } from "./functions.ts";
import { note } from "./noting.ts";

/** A wait in a function under test. */
function after(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

export function startSignal(): { signal: number } {
  return { signal: 1 };
}

export class Instance {
  readonly factor = 2;
}

export function startInstance(): object {
  return new Instance();
}

export function startArray(): object {
  return [1];
}

/** Starts one worker; all that come after fail. */
export function startsOnce(): void {
  const isFirst = !existsSync(process.env.JOURNAL as string);
  if (!isFirst) throw new PickyError("started once", 1);
  note("start");
}

export function exitsAtTwo(value: number): number {
  if (value === 2) process.exit(7);
  return value;
}

export function startNumber(): number {
  return 5;
}

/** Counts its items in shared memory. */
export function* counted(counts: Int32Array): Generator<number> {
  for (let item = 0; item < 100; item++) {
    Atomics.add(counts, 0, 1);
    yield item;
  }
}

/** Two items at once, the third late. */
export async function* lateThird(value: number): AsyncGenerator<number> {
  yield value;
  yield value + 0.1;
  await after(100);
  yield value + 0.2;
}

/** Three items, each a little late. */
export async function* slowly(value: number): AsyncGenerator<number> {
  for (const part of [0, 0.1, 0.2]) {
    await after(10);
    yield value + part;
  }
}

/** Blocks its thread before the second item of 1. */
export async function* stuckAfterFirst(value: number): AsyncGenerator<number> {
  yield value;
  await after(5);
  while (value === 1);
  yield value + 0.5;
}

export function exitsAtThree(value: number): number {
  if (value === 3) process.exit(7);
  return value;
}

export function myId(_value: number, { worker }: Context): string {
  return worker.id;
}

export async function waitsAt(value: number): Promise<number> {
  if (value > 0) await after(value);
  return value;
}

export function throwsTimeout(): never {
  throw new TimeoutError("of another kind", { timeoutMs: 5000 });
}
