import { setTimeout as sleep } from "node:timers/promises";
import { callContext, type Task, task, Worker } from "concurry";

/** Functions for tasks and pools of functions; exported, so that workers find them. */

export class OddError extends Error {
  readonly value: number;

  override readonly name: string = "OddError";

  constructor(value: number) {
    super(`${value} is odd`);
    this.value = value;
  }
}

export function square(value: number): number {
  return value * value;
}

export async function nap(milliseconds: number): Promise<number> {
  await sleep(milliseconds);
  return milliseconds;
}

/** Refuses odd numbers. */
export function half(value: number): number {
  if (value % 2 !== 0) throw new OddError(value);
  return value / 2;
}

/** Ends the worker when it is asked for. */
export function fragile(value: number): number {
  if (value < 0) process.exit(7);
  return value;
}

/** Gives a value after so many milliseconds. */
export async function later([value, milliseconds]: readonly [number, number]): Promise<number> {
  await sleep(milliseconds);
  return value;
}

/** Hears of its cancellation. */
export function untilAborted(): Promise<string> {
  const { signal } = callContext();
  return new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

export interface Identity {
  readonly method: string;
  readonly isHost: boolean;
  readonly receiver: string;
}

export function whoAmI(this: unknown): Identity {
  return { method: callContext().method, isHost: Worker.isHost, receiver: String(this) };
}

/** Adds what it was given for all data. */
export function plus(value: number, amount: number, more: number): number {
  return value + amount + more;
}

let calls = 0;

/** How often this module has heard of it. */
export function countCalls(): number {
  calls += 1;
  return calls;
}

export const inThread: Task<[value: number], number> = task(square, { mode: "thread" });
export const inProcess: Task<[value: number], number> = task(square, { mode: "process" });
export const halfInThread: Task<[value: number], number> = task(half, { mode: "thread", maxWorkers: 2 });
export const halfInProcess: Task<[value: number], number> = task(half, { mode: "process", maxWorkers: 2 });
export const napInThread: Task<[milliseconds: number], Promise<number>> = task(nap, {
  mode: "thread",
  maxWorkers: 4,
});
export const napInProcess: Task<[milliseconds: number], Promise<number>> = task(nap, {
  mode: "process",
  maxWorkers: 4,
});
export const fragileInThread: Task<[value: number], number> = task(fragile, { mode: "thread" });
export const fragileInProcess: Task<[value: number], number> = task(fragile, { mode: "process" });
export const onceInThread: Task<[], number> = task(countCalls, {
  mode: "thread",
  onDemand: true,
  maxWorkers: 2,
});
export const onceInProcess: Task<[], number> = task(countCalls, {
  mode: "process",
  onDemand: true,
  maxWorkers: 2,
});
export const whoInThread: Task<[], Identity> = task(whoAmI, { mode: "thread" });
export const whoInProcess: Task<[], Identity> = task(whoAmI, { mode: "process" });

/** Uses a task of the same module: its pool is inside this worker. */
export class Outer extends Worker {
  async squares(values: readonly number[]): Promise<readonly number[]> {
    const squares: number[] = [];
    for await (const result of inThread.map(values)) squares.push(result);
    return squares;
  }
}
