import { setTimeout as pause } from "node:timers/promises";
import { Started } from "./leftovers.ts";
import type { Plan } from "./plan.ts";
import { Round } from "./round.ts";
import { checkMoment, countUnfinished, heldLimits, judge, unfinished } from "./verdict.ts";

/** So long nothing at all came to an end: far above any real wait, of the busiest machine too. */
const STILL_MS = 20_000;
/** Limits of methods that were cut short come back when these have ended. */
const RETURN_MS = 5_000;
const LOOK_EVERY_MS = 2;
const MOST_SHOWN = 12;

/** What came of a round. */
export interface RoundReport {
  readonly calls: number;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly restarts: number;
  readonly problems: readonly string[];
}

/** Carries out a plan, waits for the end of everything, stops the pool, and looks at what is left. */
export async function runRound(plan: Plan): Promise<RoundReport> {
  const started = new Started();
  const round = new Round(plan, started);
  const problems: string[] = [];
  try {
    await round.runSteps();
    problems.push(...(await settle(round)), ...(await finish(round)), ...judge(round));
    problems.push(...started.living().map((name) => `left behind: ${name}`));
  } finally {
    started.endAll();
    started.close();
    round.journal.remove();
  }
  const { restarts } = round.pool.getPoolStats();
  return { calls: round.calls.length, outcomes: outcomesOf(round), restarts, problems: cut(problems) };
}

/** Waits until all calls have settled, with the pool still there. */
async function settle(round: Round): Promise<string[]> {
  if (await allOver(round)) {
    if (round.isCut) return [];
    await until(() => heldLimits(round.pool.getPoolStats()).length === 0, RETURN_MS);
    return [...heldLimits(round.pool.getPoolStats()), ...checkMoment(round.pool.getPoolStats())];
  }
  const stats = round.pool.getPoolStats();
  return [`hung: ${JSON.stringify(stats)}`, ...unfinished(round).map((text) => `hung: ${text}`)];
}

async function finish(round: Round): Promise<string[]> {
  const before = JSON.stringify(round.pool.getPoolStats().workers);
  round.expectEnd("the last stop()", round.pool.stop());
  if (!(await allOver(round))) {
    void round.pool.stop({ mode: "cancel" });
    if (!(await allOver(round))) return unfinished(round).map((text) => `hung after stop: ${text}`);
    return [`stop() took too long until it was hurried; before: ${before}`];
  }
  return heldLimits(round.pool.getPoolStats());
}

/** Waits until all has come to an end, as long as there is progress; false when there is none any more. */
async function allOver(round: Round): Promise<boolean> {
  for (let left = countUnfinished(round); left > 0; left = countUnfinished(round)) {
    const isMoving = (): boolean => countUnfinished(round) < left;
    if (!(await until(isMoving, STILL_MS))) return false;
  }
  return true;
}

function outcomesOf({ calls }: Round): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { outcome } of calls) {
    const error = outcome !== undefined && "error" in outcome ? outcome.error : undefined;
    const code = (error as { code?: string } | undefined)?.code;
    const name = outcome === undefined ? "hung" : "value" in outcome ? "fulfilled" : (code ?? "own error");
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

/** Waits until something is so; false when it is not within the time limit. */
export async function until(isSo: () => boolean, limitMs: number): Promise<boolean> {
  const end = performance.now() + limitMs;
  while (!isSo()) {
    if (performance.now() > end) return false;
    await pause(LOOK_EVERY_MS);
  }
  return true;
}

function cut(problems: readonly string[]): string[] {
  const rest = problems.length - MOST_SHOWN;
  return rest > 0 ? [...problems.slice(0, MOST_SHOWN), `… and ${rest} more`] : [...problems];
}
