import type { BenchCase } from "../cases/case.ts";
import { caseNamed } from "../cases/index.ts";
import { OURS, peerNamed } from "../peers/index.ts";
import type { Kind } from "../peers/peer.ts";
import { Entry, type GroupSettings } from "./entry.ts";
import type { BenchOptions } from "./options.ts";
import { type Row, rowOf } from "./row.ts";

/** Gets a line about what happens now. */
export type Progress = (line: string) => void;

/** Calls of one round: the workload's full number times the scale. */
function scaledCalls(benchCase: BenchCase, scale: number): number {
  return Math.max(benchCase.minCalls, Math.round(benchCase.calls * scale));
}

/** The entries in this round's order: each is first, second, … equally often. */
function rotated(entries: readonly Entry[], by: number): readonly Entry[] {
  const start = entries.length === 0 ? 0 : by % entries.length;
  return [...entries.slice(start), ...entries.slice(0, start)];
}

/**
 * All rounds of one workload, one entry at work at a time.
 *
 * They follow one another: a host that has rested while others went through all their workloads has lost caches and, on
 * some machines, pages of memory, and the short rounds of the fastest would be measured by that.
 */
async function runCase(
  entries: readonly Entry[],
  benchCase: BenchCase,
  options: BenchOptions,
): Promise<void> {
  const calls = scaledCalls(benchCase, options.scale);
  for (const entry of entries) await entry.measure(benchCase, calls, undefined);
  const rounds = Math.min(options.rounds, benchCase.mostRounds ?? Number.POSITIVE_INFINITY);
  for (let round = 0; round < rounds; round += 1) {
    for (const entry of rotated(entries, round)) await entry.measure(benchCase, calls, round);
  }
}

async function runGroup(settings: GroupSettings, options: BenchOptions, progress: Progress): Promise<Row[]> {
  const cases = options.cases
    .map(caseNamed)
    .filter(({ kinds }) => kinds === undefined || kinds.includes(settings.kind));
  const entries = options.peers
    .map(peerNamed)
    .filter((peer) => peer.kinds.includes(settings.kind))
    .map((peer) => new Entry(peer, settings));
  const title = `${settings.kind}, ${settings.workers} worker(s)`;
  try {
    progress(`${title}: starting ${entries.map((entry) => entry.peer.name).join(", ")}`);
    for (const entry of entries) await entry.open();
    for (const [index, benchCase] of cases.entries()) {
      progress(`${title}: ${benchCase.name}, ${index + 1} of ${cases.length}`);
      await runCase(entries, benchCase, options);
    }
  } finally {
    await Promise.all(entries.map((entry) => entry.close()));
  }
  return cases
    .map((benchCase) => rowOf(benchCase, settings, entries, OURS))
    .filter((row) => row.peers.length > 0);
}

/** Runs everything that the options ask for, group by group (kind of workers, number of workers). */
export async function runBench(options: BenchOptions, progress: Progress): Promise<readonly Row[]> {
  const rows: Row[] = [];
  const groups = options.kinds.flatMap((kind: Kind) => options.workers.map((workers) => ({ kind, workers })));
  for (const group of groups) {
    rows.push(...(await runGroup({ ...group, node: options.node }, options, progress)));
  }
  return rows;
}
