import { setImmediate as turn } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { CallLimit, CancelledError, type Pool } from "concurry";
import { assertResult } from "../cases/case.ts";
import { makeRecord } from "../cases/record.ts";
import { Bench } from "../workers/concurry-worker.ts";

const LENGTH = 64 * 1024;
const PLENTY = 1e9;

type BenchPool = Pool<Bench>;

/** One kind of calls: makes a call and checks what comes back. */
export interface Load {
  /** So many of them are outstanding all the time. */
  readonly lanes: number;
  call(index: number): Promise<void>;
}

async function tiny(pool: BenchPool, index: number): Promise<void> {
  assertResult((await pool.increment(index)) === index + 1, "a tiny call gave another number");
}

async function object(pool: BenchPool, index: number): Promise<void> {
  const record = makeRecord(index % 1000);
  assertResult(isDeepStrictEqual(await pool.echo(record), record), "an object came back changed");
}

async function bytes(pool: BenchPool, index: number): Promise<void> {
  const value = index % 256;
  const result = await pool.echoBytes(new Uint8Array(LENGTH).fill(value));
  assertResult(result.length === LENGTH && result[LENGTH - 1] === value, "64 KiB came back changed");
}

async function failure(pool: BenchPool, index: number): Promise<void> {
  const message = `failure ${index}`;
  const thrown: unknown = await pool.fail(message).catch((error: unknown) => error);
  assertResult(thrown instanceof RangeError && thrown.message === message, "a call threw another error");
}

/** Cancelled while it waits, or, every second one, when it may run or be done. */
async function cancelled(pool: BenchPool, index: number): Promise<void> {
  const future = pool.increment(index);
  if (index % 2 === 0) await turn();
  const isCancelled = future.cancel();
  const outcome: unknown = await future.catch((error: unknown) => error);
  const isRight = isCancelled ? outcome instanceof CancelledError : outcome === index + 1;
  assertResult(isRight, "a cancelled call ended otherwise");
  // One that waited settles in this very turn: without a pause the event loop would not go on.
  await turn();
}

function loadsOf(pool: BenchPool): readonly Load[] {
  return [
    { lanes: 16, call: (index) => tiny(pool, index) },
    { lanes: 4, call: (index) => object(pool, index) },
    { lanes: 2, call: (index) => bytes(pool, index) },
    { lanes: 2, call: (index) => failure(pool, index) },
    { lanes: 2, call: (index) => cancelled(pool, index) },
  ];
}

/** All kinds of calls on a pool of threads, one of processes and one with a limit; `use` runs them. */
export async function withLoads<T>(use: (loads: readonly Load[]) => Promise<T>): Promise<T> {
  const limits = [new CallLimit({ windowSeconds: 1, capacity: PLENTY })];
  const pools: readonly BenchPool[] = [
    Bench.options({ mode: "thread", maxWorkers: 2 }).init(),
    Bench.options({ mode: "process", maxWorkers: 1 }).init(),
    Bench.options({ mode: "thread", maxWorkers: 1, limits }).init(),
  ];
  try {
    await Promise.all(pools.map((pool) => pool.ready()));
    return await use(pools.flatMap(loadsOf));
  } finally {
    await Promise.all(pools.map((pool) => pool.stop()));
  }
}
