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

/** One round of all workloads; one entry works at a time. */
async function runRound(
  entries: readonly Entry[],
  cases: readonly BenchCase[],
  options: BenchOptions,
  round: number | undefined,
): Promise<void> {
  for (const [index, benchCase] of cases.entries()) {
    const calls = scaledCalls(benchCase, options.scale);
    for (const entry of rotated(entries, (round ?? 0) + index)) await entry.measure(benchCase, calls, round);
  }
}

async function runGroup(settings: GroupSettings, options: BenchOptions, progress: Progress): Promise<Row[]> {
  const cases = options.cases.map(caseNamed);
  const entries = options.peers
    .map(peerNamed)
    .filter((peer) => peer.kinds.includes(settings.kind))
    .map((peer) => new Entry(peer, settings));
  const title = `${settings.kind}, ${settings.workers} worker(s)`;
  try {
    progress(`${title}: starting ${entries.map((entry) => entry.peer.name).join(", ")}`);
    for (const entry of entries) await entry.open();
    await runRound(entries, cases, options, undefined);
    for (let round = 0; round < options.rounds; round += 1) {
      progress(`${title}: round ${round + 1} of ${options.rounds}`);
      await runRound(entries, cases, options, round);
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
