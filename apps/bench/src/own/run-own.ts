import { HostHandle } from "../host/host-handle.ts";
import type { OwnReport } from "../host/messages.ts";
import { formatOwn } from "../report/own-table.ts";
import type { BenchOptions } from "../run/options.ts";
import type { OwnName } from "./own-names.ts";

/** The slowest one takes a minute or so. */
const OWN_LIMIT_MS = 600_000;

async function runOne(workload: OwnName, options: BenchOptions): Promise<OwnReport> {
  const { rounds, scale } = options;
  const host = new HostHandle(options.node);
  try {
    return await host.ask({ type: "own", workload, rounds, scale }, OWN_LIMIT_MS);
  } finally {
    await host.stop();
  }
}

/** Runs each own workload in a host of its own, and prints its figures as soon as they are known. */
export async function runOwn(
  options: BenchOptions,
  print: (line: string) => void,
): Promise<readonly OwnReport[]> {
  const reports: OwnReport[] = [];
  for (const workload of options.own) {
    const report = await runOne(workload, options);
    reports.push(report);
    print(formatOwn(report.figures));
  }
  return reports;
}
