import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { cpus, loadavg, release, totalmem, type } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Peer } from "../peers/peer.ts";

const HERE = dirname(fileURLToPath(import.meta.url));

/** The computer that the figures belong to. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly os: string;
  /** One-minute load average at this moment: others' work makes figures worse. */
  readonly load: number;
}

/** Describes this machine. */
export function describeMachine(): Machine {
  const processors = cpus();
  return {
    cpu: processors[0]?.model.trim() ?? "unknown",
    cores: processors.length,
    memoryGiB: Math.round((totalmem() / 2 ** 30) * 10) / 10,
    os: `${type()} ${release()}`,
    load: Math.round((loadavg()[0] ?? 0) * 100) / 100,
  };
}

function git(...args: string[]): string | undefined {
  try {
    return execFileSync("git", args, {
      cwd: HERE,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  } catch {
    return undefined;
  }
}

/** The commit that is measured, with "+changes" when files differ from it; "unknown" outside a clone. */
export function describeCommit(): string {
  const commit = git("rev-parse", "--short=12", "HEAD");
  if (commit === undefined) return "unknown";
  return git("status", "--porcelain") === "" ? commit : `${commit}+changes`;
}

/** Version of an installed package, found like an import would. */
function versionOf(name: string): string {
  for (let folder = HERE; folder !== dirname(folder); folder = dirname(folder)) {
    const path = join(folder, "node_modules", name, "package.json");
    if (existsSync(path)) return (JSON.parse(readFileSync(path, "utf8")) as { version: string }).version;
  }
  return "not installed";
}

/** Versions of all packages of the peers. */
export function describeVersions(peers: readonly Peer[]): Readonly<Record<string, string>> {
  const names = new Set(peers.flatMap((peer) => peer.packages));
  return Object.fromEntries([...names].map((name) => [name, versionOf(name)]));
}
