import type { Target } from "../peers/peer.ts";
import { type Job, work } from "../workers/functions.ts";
import { assertResult, type BenchCase, durationOf, type Measurement } from "./case.ts";

const EVEN_UNITS = 5;
const SMALL_UNITS = 3;
const LARGE_UNITS = 19;
// Divides by two and four workers: in turns, all large jobs would go to one of them.
const LARGE_EVERY = 8;

const expected = new Map<string, number>();

/** What the job must give; worked out once, in the untimed run. */
function resultOf(job: Job): number {
  const key = `${job.seed}/${job.units}`;
  const known = expected.get(key) ?? work(job);
  expected.set(key, known);
  return known;
}

async function runJobs(target: Target, jobs: readonly Job[]): Promise<Measurement> {
  const wanted = jobs.map(resultOf);
  const start = performance.now();
  const results = await Promise.all(jobs.map((job) => target.work(job)));
  const elapsedMs = performance.now() - start;
  assertResult(
    results.every((result, index) => result === wanted[index]),
    "a piece of work gave another number",
  );
  return durationOf(jobs.length, elapsedMs, "ms for all");
}

function runEven(target: Target, calls: number): Promise<Measurement> {
  const jobs = Array.from({ length: calls }, (_, seed) => ({ seed, units: EVEN_UNITS }));
  return runJobs(target, jobs);
}

function runSkewed(target: Target, calls: number): Promise<Measurement> {
  const jobs = Array.from({ length: calls }, (_, seed) => ({
    seed,
    units: seed % LARGE_EVERY === 0 ? LARGE_UNITS : SMALL_UNITS,
  }));
  return runJobs(target, jobs);
}

/** Equal pieces of work, made at once. */
export const cpuEven: BenchCase = {
  name: "cpu-even",
  title: "CPU work: 48 pieces of ~5 ms at once",
  calls: 48,
  minCalls: 4,
  figure: "duration",
  goals: { thread: 0.98 },
  yardsticks: { thread: { peer: "raw-ping-pong" } },
  run: runEven,
};

/** Pieces of two sizes, made at once: who sends ahead waits behind a large one. */
export const cpuSkewed: BenchCase = {
  name: "cpu-skewed",
  title: "CPU work: 48 pieces at once, each eighth ~19 ms, the others ~3 ms",
  calls: 48,
  minCalls: 8,
  figure: "duration",
  goals: { thread: 1 },
  run: runSkewed,
};
