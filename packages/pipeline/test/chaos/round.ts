import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type DropEvent,
  type Element,
  errorContext,
  type Pipeline,
  type PipelineRun,
  pipeline,
  type RunStats,
  type StageOptions,
} from "@concurry/pipeline";
import { WorkerCrashedError } from "concurry";
import * as steps from "#workers/chaos-steps";
import { Started } from "../started.ts";
import { type Plan, Random, type StagePlan } from "./plan.ts";

/** What came of a run. */
export interface Round {
  readonly plan: Plan;
  readonly results: Element<unknown>[];
  readonly drops: DropEvent[];
  /** How it ended. */
  end: "end" | "left" | "failed" | "hung";
  error: unknown;
  stats: RunStats;
  kills: number;
  /** Stages of the workers that were lost. */
  readonly lost: string[];
  /** What is left when it is over. */
  living: readonly string[];
  closed: number;
  pulled: number;
  /** Lines of the hooks. */
  journal: readonly string[];
  durationMs: number;
}

/** A run takes a second or two, on a very busy machine some more; only a hang reaches this. */
const HUNG_MS = 40_000;
const STOP_MS = 300;

export function nameOf(stage: number): string {
  return `stage${stage}`;
}

export function factsOf({ mode, timeoutMs }: StagePlan, stage: number): steps.StepFacts {
  return { stage, mode, hasLimit: timeoutMs !== undefined };
}

function optionsOf(plan: StagePlan, stage: number, journal: string): StageOptions<unknown> {
  const { mode, workers, maxsize, timeoutMs, onError, usedUp, onTimeout, hasHooks, mostRestarts } = plan;
  const hosted = {
    execArgv: [],
    env: { CHAOS_STAGE: JSON.stringify(factsOf(plan, stage)), CHAOS_JOURNAL: journal },
    restart: { maxRestarts: mostRestarts, windowMs: 60_000 },
    ...(hasHooks && { onStart: steps.noteStart, onDone: steps.noteDone as (resources: object) => void }),
  };
  // biome-ignore lint/suspicious/noThenProperty: the option has this name.
  const retry = { retries: 2, waitMs: 2, jitter: 0, on: WorkerCrashedError, then: usedUp };
  return {
    name: nameOf(stage),
    mode,
    workers,
    ...(maxsize !== undefined && { maxsize }),
    ...(timeoutMs !== undefined && { timeoutMs, onTimeout, graceMs: 10 }),
    onError: onError === "retry" ? retry : onError,
    ...(mode !== "async" && hosted),
  };
}

function addStage(
  line: Pipeline<unknown>,
  plan: StagePlan,
  stage: number,
  journal: string,
): Pipeline<unknown> {
  const options = optionsOf(plan, stage, journal);
  const facts = factsOf(plan, stage);
  const isHere = plan.mode === "async";
  const { mapStep, filterStep, flatStep } = steps;
  switch (plan.operation) {
    case "map":
      return line.map(isHere ? (value) => mapStep(value, undefined, facts) : mapStep, options);
    case "filter":
      return line.filter(isHere ? (value) => filterStep(value, undefined, facts) : filterStep, options);
    default:
      return line.flatMap(isHere ? (value) => flatStep(value, undefined, facts) : flatStep, options);
  }
}

/** Runs a plan, kills workers meanwhile, and keeps all there is to know of it. */
export async function runRound(plan: Plan): Promise<Round> {
  const started = new Started();
  const folder = mkdtempSync(join(tmpdir(), "pipeline-chaos-"));
  const journal = join(folder, "journal");
  const counts = { pulled: 0, closed: 0 };
  let line: Pipeline<unknown> = pipeline(function* () {
    try {
      for (let id = 0; id < plan.elements; id++) {
        counts.pulled++;
        yield { seed: plan.seed, id };
      }
    } finally {
      counts.closed++;
    }
  });
  for (const [stage, stagePlan] of plan.stages.entries()) line = addStage(line, stagePlan, stage, journal);
  if (plan.window !== undefined) line = line.ordered({ window: plan.window });
  const run = line.withIndex().start({ stopMs: STOP_MS });
  const round = newRound(plan, run);
  const stopKilling = killMeanwhile(plan, started, round);
  const start = performance.now();
  await read(run, round);
  round.durationMs = performance.now() - start;
  stopKilling();
  round.living = started.living();
  started.close();
  round.stats = run.stats();
  Object.assign(round, counts, { journal: linesOf(journal) });
  rmSync(folder, { recursive: true });
  return round;
}

function newRound(plan: Plan, run: PipelineRun<Element<unknown>>): Round {
  const drops: DropEvent[] = [];
  const lost: string[] = [];
  run.on("drop", (drop) => drops.push(drop));
  run.on("workerLost", ({ stage }) => lost.push(stage));
  return {
    plan,
    results: [],
    drops,
    end: "end",
    error: undefined,
    stats: run.stats(),
    kills: 0,
    lost,
    living: [],
    closed: 0,
    pulled: 0,
    journal: [],
    durationMs: 0,
  };
}

function killMeanwhile({ seed, killEveryMs, mostKills }: Plan, started: Started, round: Round): () => void {
  const random = new Random(seed + 1);
  const timer = setInterval(() => {
    if (started.kill(random.next())) round.kills++;
    if (round.kills >= mostKills) clearInterval(timer);
  }, killEveryMs);
  return () => clearInterval(timer);
}

async function read(run: PipelineRun<Element<unknown>>, round: Round): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const hung = new Promise<void>((resolve) => {
    timer = setTimeout(() => {
      round.end = "hung";
      resolve();
    }, HUNG_MS);
  });
  const { leaveAfter, abortAfter } = round.plan;
  const reading = (async () => {
    try {
      for await (const result of run) {
        round.results.push(result);
        if (round.results.length === abortAfter) void run.stop(new Error("aborted"));
        if (round.results.length === leaveAfter) {
          round.end = "left";
          break;
        }
      }
    } catch (error) {
      round.end = "failed";
      round.error = error;
    }
  })();
  await Promise.race([reading, hung]);
  clearTimeout(timer);
}

function linesOf(file: string): readonly string[] {
  try {
    return readFileSync(file, "utf8").split("\n").filter(Boolean);
  } catch {
    // No worker with hooks came up.
    return [];
  }
}

/** The stage that an error came from. */
export function stageOf(error: unknown): string | undefined {
  return errorContext(error)?.stage;
}
