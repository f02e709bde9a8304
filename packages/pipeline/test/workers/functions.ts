import { existsSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { threadId } from "node:worker_threads";
import { registerError, type Task, task, Worker } from "concurry";

/** A wait in a function under test. */
function after(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

export function same(value: number): number {
  return value;
}

export function squared(value: number): number {
  return value * value;
}

export function doubled(value: number): number {
  return value * 2;
}

export async function randomlyLate(value: number): Promise<number> {
  await after(Math.random() * 5);
  return value * 2;
}

export function isEven(value: number): boolean {
  return value % 2 === 0;
}

export async function isEvenLater(value: number): Promise<boolean> {
  await after(0);
  return isEven(value);
}

export function asManyTimes(value: number): number[] {
  return Array(value).fill(value) as number[];
}

export function threeArray(value: number): number[] {
  return [value, value + 1, value + 2];
}

export function* threeGenerated(value: number): Generator<number> {
  yield* threeArray(value);
}

export async function* threeAsync(value: number): AsyncGenerator<number> {
  for (const item of threeArray(value)) {
    await after(0);
    yield item;
  }
}

export async function threePromised(value: number): Promise<number[]> {
  return threeArray(value);
}

export function plusAndMinus(value: number): number[] {
  return [value, -value];
}

/** Gives two items, and never the third. */
export async function* thirdNever(value: number): AsyncGenerator<number> {
  yield value;
  yield value + 0.25;
  await new Promise(() => {});
}

/** Takes a while for the third item. */
export async function* threeInTime(value: number): AsyncGenerator<number> {
  yield value;
  yield value + 0.25;
  await after(10);
  yield value + 0.5;
}

/** Takes a while for the first element. */
export async function lateAtZero(value: number): Promise<number> {
  if (value === 0) await after(50);
  return value;
}

export function skipsSevenths(value: number): number {
  if (value % 7 === 0) throw new Error("lost");
  return value;
}

export function spread(values: readonly number[]): readonly number[] {
  return values;
}

/** Never ends for 2, and does not heed its signal. */
export function stuckAtTwo(value: number): number | Promise<number> {
  return value === 2 ? new Promise(() => {}) : value;
}

/** Blocks its thread for 3, waits forever for 5. */
export function stuckTwice(value: number): number | Promise<number> {
  while (value === 3);
  return value === 5 ? new Promise(() => {}) : value;
}

export class PickyError extends Error {
  readonly field: number;
  constructor(message: string, field: number, options?: ErrorOptions) {
    super(message, options);
    this.field = field;
  }
}

registerError(PickyError);

export function failsAtThree(value: number): number {
  if (value === 3) throw new PickyError("three", 3, { cause: new Error("deeper") });
  return value;
}

export function failsAtTen(value: number): number {
  if (value === 10) throw new Error("ten");
  return value;
}

export function killsItselfAtThree(value: number): number {
  if (value === 3) process.kill(process.pid, "SIGKILL");
  return value;
}

const tries = new Map<number, number>();

export function failsTwiceAtOne(value: number): number {
  const count = (tries.get(value) ?? 0) + 1;
  tries.set(value, count);
  if (value === 1 && count <= 2) throw new Error("not yet");
  return value;
}

export function uncloneable(value: number): unknown {
  return value === 2 ? { deep: { call: () => {} } } : value;
}

export function failOnStart(): never {
  throw new Error("onStart");
}

export function failOnDone(): never {
  throw new Error("onDone");
}

export function place(): string {
  return `${process.pid}:${threadId}`;
}

export const tripled: Task<[value: number], number> = task((value: number) => value * 3, {
  mode: "thread",
  maxWorkers: 2,
});

export const tenfold: Task<[value: number], number> = task((value: number) => value * 10);

export class Model extends Worker {
  readonly #factor: number;
  constructor(factor = 1) {
    super();
    this.#factor = factor;
  }

  predict(value: number): number {
    return value * this.#factor;
  }

  async slow(value: number): Promise<number> {
    await after(1000);
    return value;
  }

  *several(value: number): Generator<number> {
    yield value * this.#factor;
    yield -value * this.#factor;
  }
}

/** A function that no module exports. */
export function makeClosure(): (value: number) => number {
  return function hidden(value) {
    return value;
  };
}

/** Waits for longer than any test does. */
export async function waitsLong(value: number): Promise<number> {
  await after(600_000);
  return value;
}

/** Kills its process at 3, the first time that a process of this parent gets there. */
export function killsItselfOnce(value: number): number {
  if (value !== 3) return value;
  const marker = join(tmpdir(), `pipeline-test-${process.ppid}`);
  if (existsSync(marker)) {
    rmSync(marker);
    return value;
  }
  writeFileSync(marker, "");
  process.kill(process.pid, "SIGKILL");
  return value;
}
