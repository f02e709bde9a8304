import { killAllHosts } from "./host/host-handle.ts";
import { runLimits } from "./limits/run-limits.ts";
import { runOwn } from "./own/run-own.ts";
import { OURS, peerNamed } from "./peers/index.ts";
import { writeResults } from "./report/results-file.ts";
import { describeCommit, describeMachine, describeVersions } from "./report/surroundings.ts";
import { formatTable } from "./report/table.ts";
import { type BenchOptions, HELP, readOptions } from "./run/options.ts";
import { runBench } from "./run/run-bench.ts";
import { runSoak } from "./soak/run-soak.ts";

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function measure(options: BenchOptions): Promise<void> {
  const start = performance.now();
  const surroundings = {
    date: new Date().toISOString(),
    commit: describeCommit(),
    machine: describeMachine(),
    versions: describeVersions(options.own.length > 0 ? [peerNamed(OURS)] : options.peers.map(peerNamed)),
  };
  const reports = await runOwn(options, print);
  const own = reports.flatMap(({ figures }) => figures);
  const rows = options.own.length > 0 ? [] : await runBench(options, print);
  const hosts = [...reports, ...rows.flatMap((row) => row.peers)];
  const node = hosts.find((host) => host.node !== undefined)?.node ?? "unknown";
  const durationMs = Math.round(performance.now() - start);
  const results = {
    ...surroundings,
    node,
    loadAtEnd: describeMachine().load,
    options,
    durationMs,
    rows,
    own,
  };
  const { machine } = results;
  if (rows.length > 0) print(formatTable(rows));
  print(`\nNode ${node}, ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, ${machine.os}`);
  print(`commit ${results.commit}, load ${machine.load} before and ${results.loadAtEnd} after`);
  print(`${(durationMs / 1000).toFixed(0)} s, results in ${await writeResults(results, options.out)}`);
}

// A terminal's Ctrl-C doesn't reach the hosts: they are in process groups of their own.
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    killAllHosts();
    process.exit(1);
  });
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options === undefined) print(HELP);
  else if (options.soakMinutes !== undefined) await runSoak(options.soakMinutes, print);
  else if (options.limits) await runLimits(options.rounds, print);
  else await measure(options);
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
