import { CallLimit, type Pool } from "concurry";
import { Bench } from "../workers/concurry-worker.ts";
import type { Duel } from "./duel.ts";

const GOAL = 1.05;
const IN_FLIGHT = 64;

type BenchPool = Pool<Bench>;

async function burst(pool: BenchPool, calls: number): Promise<void> {
  await Promise.all(Array.from({ length: calls }, (_, index) => pool.increment(index)));
}

async function oneByOne(pool: BenchPool, calls: number): Promise<void> {
  for (let index = 0; index < calls; index += 1) await pool.increment(index);
}

async function loops(pool: BenchPool, calls: number): Promise<void> {
  await Promise.all(Array.from({ length: IN_FLIGHT }, () => oneByOne(pool, calls / IN_FLIGHT)));
}

function duel(
  title: string,
  operations: number,
  way: (pool: BenchPool, calls: number) => Promise<void>,
  pools: { readonly limited: BenchPool; readonly plain: BenchPool },
): Duel {
  return {
    title: `pool call with a CallLimit / without: ${title}`,
    goal: GOAL,
    operations,
    ours: (calls) => way(pools.limited, calls),
    theirs: (calls) => way(pools.plain, calls),
  };
}

/** What a limit that always grants at once costs a call; both pools are in one program, and both stay up. */
export async function withPools<T>(use: (duels: readonly Duel[]) => Promise<T>): Promise<T> {
  const options = { mode: "thread", maxWorkers: 1 } as const;
  const limits = [new CallLimit({ windowSeconds: 1, capacity: 1e9 })];
  const limited = Bench.options({ ...options, limits }).init();
  const plain = Bench.options(options).init();
  const pools = { limited, plain };
  try {
    await Promise.all([limited.ready(), plain.ready()]);
    return await use([
      duel("bursts of 10 000", 10_000, burst, pools),
      duel("64 loops", 6_400, loops, pools),
      duel("one at a time", 1_000, oneByOne, pools),
    ]);
  } finally {
    await Promise.all([limited.stop(), plain.stop()]);
  }
}
