import { appendFileSync } from "node:fs";
import { threadId } from "node:worker_threads";
import type { WorkerInfo } from "@concurry/pipeline";

/** What an element is: who it is, and the seed by which every stage knows what becomes of it there. */
export interface Part {
  readonly seed: number;
  readonly id: number;
}

/** What a stage is like, as far as its function must know. */
export interface StepFacts {
  readonly stage: number;
  readonly mode: string;
  /** Whether calls that never end are ended. */
  readonly hasLimit: boolean;
}

export type Act = "plain" | "wait" | "throw" | "exit" | "exitFine" | "kill" | "stuck" | "spin";

/** How many items a `flatMap` makes of an element. */
export const ITEMS = 3;

const WAIT_MS = 6;

/** A number from 0 up to 1 that depends on these alone. */
function chance(...numbers: readonly number[]): number {
  let mixed = 0x9e3779b9;
  for (const number of numbers) {
    mixed = Math.imul(mixed ^ number, 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    mixed ^= mixed >>> 16;
  }
  return (mixed >>> 0) / 2 ** 32;
}

/** What a stage does with an element: the same at each attempt. */
export function actOf({ seed, id }: Part, { stage, mode, hasLimit }: StepFacts): Act {
  const number = chance(seed, id, stage);
  const isHosted = mode !== "async";
  if (number < 0.03) return "throw";
  if (number < 0.038 && isHosted) return "exit";
  if (number < 0.043 && isHosted) return "exitFine";
  if (number < 0.048 && mode === "process") return "kill";
  if (number < 0.065 && hasLimit) return "stuck";
  if (number < 0.07 && hasLimit && isHosted) return "spin";
  return number < 0.5 ? "wait" : "plain";
}

/** Whether a `filter` keeps an element. */
export function isKept({ seed, id }: Part, stage: number): boolean {
  return chance(seed, id, stage, 1) > 0.2;
}

/** Outcomes that went on count as what they were made of; those of failures have nothing inside. */
export function partOf(value: unknown): Part | undefined {
  const { ok, value: inner } = value as { ok?: boolean; value?: unknown };
  if (ok === undefined) return value as Part;
  return ok ? partOf(inner) : undefined;
}

async function act(value: unknown, facts: StepFacts): Promise<void> {
  const part = partOf(value);
  if (part === undefined) return;
  const what = actOf(part, facts);
  if (what === "wait")
    await new Promise((resolve) => setTimeout(resolve, chance(part.id, facts.stage) * WAIT_MS));
  else if (what === "throw") throw new Error(`meant to fail: ${part.id}`);
  else if (what === "exit") process.exit(7);
  else if (what === "exitFine") process.exit(0);
  else if (what === "kill") process.kill(process.pid, "SIGKILL");
  else if (what === "stuck") await new Promise(() => {});
  while (what === "spin");
}

function factsHere(): StepFacts {
  return JSON.parse(process.env.CHAOS_STAGE ?? "{}") as StepFacts;
}

/** The functions of a stage; in workers they ask their environment what they are. */
export async function mapStep(
  value: unknown,
  _ctx?: unknown,
  facts: StepFacts = factsHere(),
): Promise<unknown> {
  await act(value, facts);
  return value;
}

export async function filterStep(
  value: unknown,
  _ctx?: unknown,
  facts: StepFacts = factsHere(),
): Promise<boolean> {
  await act(value, facts);
  const part = partOf(value);
  return part === undefined || isKept(part, facts.stage);
}

/** Fails, where it does, at the second item. */
export async function* flatStep(
  value: unknown,
  _ctx?: unknown,
  facts: StepFacts = factsHere(),
): AsyncGenerator<unknown> {
  for (let item = 0; item < ITEMS; item++) {
    if (item === 1) await act(value, facts);
    yield value;
  }
}

function note(what: string, index: number): void {
  const { stage } = factsHere();
  appendFileSync(
    process.env.CHAOS_JOURNAL as string,
    `${what} ${stage} ${index} ${process.pid}-${threadId}\n`,
  );
}

export function noteStart(worker: WorkerInfo): { readonly place: number } {
  note("start", worker.index);
  return { place: worker.index };
}

export function noteDone({ place }: { readonly place: number }): void {
  note("done", place);
}
