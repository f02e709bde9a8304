import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { CASES } from "../cases/index.ts";
import { OWN_NAMES, type OwnName, PIPELINE_NAMES } from "../own/own-names.ts";
import { PEERS } from "../peers/index.ts";
import type { Kind } from "../peers/peer.ts";
import { VERDICT_ROUNDS } from "../verdict.ts";

/** What to run, all filled in. */
export interface BenchOptions {
  readonly peers: readonly string[];
  readonly cases: readonly string[];
  readonly kinds: readonly Kind[];
  readonly workers: readonly number[];
  readonly rounds: number;
  /** Calls per round, as a share of each workload's full number. */
  readonly scale: number;
  /** The Node binary of the hosts. */
  readonly node: string;
  /** Folder for the results file; without it the bench's own. */
  readonly out: string | undefined;
  /** Only what limits cost, as ratios. */
  readonly limits: boolean;
  /** Workloads without peers; when there are any, nothing else is run. */
  readonly own: readonly OwnName[];
  /** Minutes of mixed load, and nothing else. */
  readonly soakMinutes: number | undefined;
}

const QUICK_ROUNDS = 7;
const QUICK_SCALE = 0.2;

const FLAGS = {
  only: { type: "string" },
  workloads: { type: "string" },
  kind: { type: "string" },
  workers: { type: "string", default: "1,2" },
  rounds: { type: "string" },
  scale: { type: "string" },
  node: { type: "string", default: process.execPath },
  out: { type: "string" },
  limits: { type: "boolean", default: false },
  pipelines: { type: "boolean", default: false },
  own: { type: "boolean", default: false },
  soak: { type: "string" },
  quick: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

/** What `--help` prints. */
export const HELP: string = `npm run bench -- [options]
  --quick                    a first look: ${QUICK_ROUNDS} rounds, a fifth of the calls
  --own                      what only this library does: figures and goals, no peers
  --soak minutes             mixed load for so long: does memory stay flat?
  --limits                   what limits cost: ratios, each from one interleaved run
  --pipelines                of --own only what pipelines cost
  --only a,b                 peers: ${PEERS.map((peer) => peer.name).join(", ")}
  --workloads a,b            workloads: ${CASES.map((each) => each.name).join(", ")}
                             with --own: ${OWN_NAMES.join(", ")}
  --kind thread|process      one kind of workers only
  --workers 1,2              numbers of workers, or "all" for one per core
  --rounds n                 timed rounds after one to warm up (default ${VERDICT_ROUNDS}; fewer give no verdict)
  --scale x                  calls per round, as a share of the full number (default 1)
  --node path                the Node to measure on
  --out folder               where the results file goes (default apps/bench/results)`;

function names<Name extends string>(
  flag: string,
  text: string | undefined,
  known: readonly Name[],
): readonly Name[] {
  if (text === undefined) return known;
  const chosen = text.split(",").map((name) => name.trim());
  for (const name of chosen) {
    if (!known.some((each) => each === name))
      throw new RangeError(`--${flag}: "${name}" is none of ${known.join(", ")}`);
  }
  return known.filter((name) => chosen.includes(name));
}

function positive(flag: string, text: string, isInteger: boolean): number {
  const value = Number(text);
  if (!(value > 0) || !Number.isFinite(value) || (isInteger && !Number.isInteger(value))) {
    throw new RangeError(`--${flag} must be a positive ${isInteger ? "integer" : "number"}, got "${text}"`);
  }
  return value;
}

function workerCount(text: string): number {
  return text === "all" ? availableParallelism() : positive("workers", text, true);
}

/**
 * Reads the command line.
 *
 * @returns What to run, or `undefined` when help is asked for.
 * @throws {RangeError} When a name or number is not known or not possible.
 */
export function readOptions(args: readonly string[]): BenchOptions | undefined {
  const { values } = parseArgs({ args: [...args], options: FLAGS });
  if (values.help) return undefined;
  const kinds: readonly Kind[] = ["thread", "process"];
  const isOwn = values.own || values.pipelines;
  const chosenKinds = names("kind", values.kind, kinds);
  return {
    peers: names(
      "only",
      values.only,
      PEERS.map((peer) => peer.name),
    ),
    cases: isOwn
      ? []
      : names(
          "workloads",
          values.workloads,
          CASES.map((each) => each.name),
        ),
    kinds: kinds.filter((kind) => chosenKinds.includes(kind)),
    workers: [...new Set(values.workers.split(",").map(workerCount))],
    rounds: positive("rounds", values.rounds ?? String(values.quick ? QUICK_ROUNDS : VERDICT_ROUNDS), true),
    scale: positive("scale", values.scale ?? String(values.quick ? QUICK_SCALE : 1), false),
    node: values.node,
    out: values.out,
    limits: values.limits,
    own: isOwn ? names("workloads", values.workloads, values.pipelines ? PIPELINE_NAMES : OWN_NAMES) : [],
    soakMinutes: values.soak === undefined ? undefined : positive("soak", values.soak, false),
  };
}
