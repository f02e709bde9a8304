/*
 * npm run chaos: hurts pools at random and looks whether they keep what they promise: every call settles, none runs twice,
 * each has its own result and fails only in the ways that it may, numbers add up, limits come back, nothing is left behind,
 * and the heap stays flat. From five minutes on two cores.
 *
 * A round is a plan that follows from its seed alone, which is printed: npm run chaos -- --only rounds --seed 123 --rounds 1
 * makes the same one again. To have pools do one thing more, add to ACTIONS in actions.ts; workers are hurt in hurts.ts.
 *
 * The bar: npm run chaos -- --only load: 100,000 calls over 4 threads and 4 processes with a kill every 50 ms, at three
 * seeds: none hangs, none runs twice, nothing is left behind. Each takes half a minute on two idle cores, three on busy ones.
 */
import { parseArgs } from "node:util";
import type { BalancerName } from "concurry";
import { runLoad } from "./load.ts";
import { inMiB, LEAST_ROUNDS, Memory } from "./memory.ts";
import { makePlan } from "./plan.ts";
import type { PoolPlan } from "./pool-plan.ts";
import { freshSeed } from "./random.ts";
import { type RoundReport, runRound } from "./run-round.ts";
import { measureTimes } from "./times.ts";

const HELP = `npm run chaos -- [options]
  --only rounds|load|times  one part only; all by default
  --seed N        first seed; a fresh one by default, which is printed
  --rounds N      rounds of random plans, each with the next seed (25)
  --seconds N     no new round after so many seconds
  --mode M        rounds of this mode only: sync, async, thread, process
  --steps N       steps of each plan (30 to 90)
  --plan          print each round's plan
  --loads N       loads, each with the next seed (3)
  --calls N       calls of one load (100000)
  --threads N, --processes N   workers of one load (4 and 4)
  --kill-every N  milliseconds between kills (50)
  --deaths N      deaths of which the times are measured, for each mode (40)`;

/** The program ends by itself within this, once all is said. */
const END_MS = 5_000;
const BALANCERS: readonly BalancerName[] = ["round_robin", "shared_queue", "least_active"];
const PERCENTILES = [50, 90, 99, 100];

const { values: given } = parseArgs({
  options: {
    only: { type: "string" },
    seed: { type: "string" },
    rounds: { type: "string", default: "25" },
    seconds: { type: "string", default: "Infinity" },
    mode: { type: "string" },
    steps: { type: "string" },
    plan: { type: "boolean", default: false },
    loads: { type: "string", default: "3" },
    calls: { type: "string", default: "100000" },
    threads: { type: "string", default: "4" },
    processes: { type: "string", default: "4" },
    "kill-every": { type: "string", default: "50" },
    deaths: { type: "string", default: "40" },
    help: { type: "boolean", default: false },
  },
});

const seed = given.seed === undefined ? freshSeed() : Number(given.seed);
/** The parts in which something was wrong. */
const faults: string[] = [];

async function main(): Promise<void> {
  if (given.help) return console.log(HELP);
  console.log(`concurry chaos, seed ${seed}, Node ${process.version}`);
  const parts = { rounds, load, times };
  for (const [name, part] of Object.entries(parts))
    if (given.only === undefined || given.only === name) await part();
  console.log(faults.length === 0 ? "\nAll held." : `\nThere was something wrong in ${faults.join(", ")}.`);
  process.exitCode = faults.length === 0 ? 0 : 1;
  setTimeout(() => {
    console.log(`Still alive, because of: ${process.getActiveResourcesInfo().join(", ")}`);
    process.exit(1);
  }, END_MS).unref();
}

async function rounds(): Promise<void> {
  const memory = new Memory();
  const end = performance.now() + Number(given.seconds) * 1000;
  const steps = given.steps === undefined ? undefined : Number(given.steps);
  for (let round = 0; round < Number(given.rounds) && performance.now() < end; round += 1) {
    const plan = makePlan(seed + round, { mode: given.mode, steps });
    if (given.plan) console.log(JSON.stringify(plan, null, 1));
    const begin = performance.now();
    const report = await runRound(plan);
    const bytes = await memory.sample();
    const took = `${((performance.now() - begin) / 1000).toFixed(1)} s, ${inMiB(bytes)}`;
    console.log(`round ${plan.seed}: ${describePool(plan.pool)}; ${describeRound(report)}; ${took}`);
    tell(`round ${plan.seed}`, report.problems);
  }
  if (memory.growthBytes === undefined) console.log(`memory: it takes ${LEAST_ROUNDS} rounds to tell`);
  else console.log(`memory: ${(memory.growthBytes / 1024).toFixed(0)} KiB more after each round`);
  tell("rounds", memory.problems());
}

async function load(): Promise<void> {
  for (let index = 0; index < Number(given.loads); index += 1) {
    const report = await runLoad({
      seed: seed + index,
      loadBalancing: BALANCERS[index % BALANCERS.length] as BalancerName,
      calls: Number(given.calls),
      threads: Number(given.threads),
      processes: Number(given.processes),
      killEveryMs: Number(given["kill-every"]),
      leastKills: 0,
      mostKills: Number.POSITIVE_INFINITY,
    });
    const loadBalancing = BALANCERS[index % BALANCERS.length];
    const { calls, kills, restarts, fulfilled, crashed, seconds, seenMs } = report;
    console.log(
      `load ${seed + index} (${loadBalancing}): ${calls} calls, ${kills} kills, ${restarts} restarts, ${fulfilled} fulfilled, ` +
        `${crashed} died with their worker, ${seconds.toFixed(1)} s; deaths seen after ms: ${spread(seenMs)}`,
    );
    tell(`load ${seed + index}`, report.problems);
  }
}

async function times(): Promise<void> {
  const modes = { threads: "thread", processes: "process" } as const;
  for (const [name, mode] of Object.entries(modes)) {
    const { seen, backWithoutStart, start, stop, endsApart } = await measureTimes(mode, Number(given.deaths));
    console.log(`times, ${name}, in ms:
  a death is seen after             ${spread(seen)}  (goal: at most 100)
  the replacement has answered      ${spread(backWithoutStart)}  after the death, less its start  (goal: at most 100)
  it takes to start                 ${spread(start)}
  stop() of 8 idle workers          ${stop.toFixed(1)}, their ends ${endsApart.toFixed(1)} apart`);
  }
}

function tell(where: string, found: readonly string[]): void {
  for (const problem of found) console.log(`  WRONG ${problem}`);
  if (found.length > 0) faults.push(where);
}

function describePool(plan: PoolPlan): string {
  const { mode, maxWorkers, concurrency, loadBalancing, limits, isRough, onDemand, elastic } = plan;
  const more = [...(isRough ? ["rough"] : []), ...(onDemand ? ["on demand"] : []), ...Object.keys(elastic)];
  return `${mode} ${maxWorkers}x${concurrency} ${loadBalancing}, ${[`limits ${limits}`, ...more].join(", ")}`;
}

function describeRound({ calls, outcomes, restarts }: RoundReport): string {
  const counts = Object.entries(outcomes).map(([name, count]) => `${count} ${name}`);
  return `${calls} calls: ${counts.join(", ")}; ${restarts} restarts`;
}

function spread(values: readonly number[]): string {
  const sorted = [...values].sort((a, b) => a - b);
  if (sorted.length === 0) return "none";
  const at = (percent: number): number => sorted[Math.ceil((percent / 100) * sorted.length) - 1] ?? 0;
  return PERCENTILES.map((percent) => `p${percent} ${at(percent).toFixed(1)}`).join("  ");
}

await main();
