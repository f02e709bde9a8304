import type { LimitErrorCode } from "../errors/concurry-error.ts";
import { LimitError } from "../errors/limit-error.ts";
import { nearest } from "../util/nearest.ts";
import { show } from "../util/show.ts";
import { exceeds, type KeyRule, type KeyRules } from "./key-rules.ts";
import type { Amounts } from "./limits.ts";

/** Why a request can't be granted, ever. Plain data; the error is made only when somebody gets to see it. */
export interface LimitProblem {
  readonly code: LimitErrorCode;
  readonly message: string;
  readonly key: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** The error that tells of a problem. */
export function problemError({ code, message, key, details }: LimitProblem): LimitError {
  return new LimitError(code, message, { key, details });
}

/** What is wrong with a request, whatever the moment. */
export function findProblem(rules: KeyRules, amounts: Amounts | undefined): LimitProblem | undefined {
  if (amounts === undefined)
    return rules.firstRate === undefined ? undefined : amountRequired(rules.firstRate);
  for (const key in amounts) {
    const problem = amountProblem(rules, key, amounts[key]);
    if (problem !== undefined) return problem;
  }
  for (const key in amounts) {
    const rule = rules.get(key);
    const amount = amounts[key] as number;
    if (rule !== undefined && exceeds(rule, amount)) return exceedsCapacity(rule, amount);
  }
  return undefined;
}

/** What is wrong with what a lease is told of its usage. `held` is what it has: by key, requested and still held. */
export function findUsageProblem(
  rules: KeyRules,
  usage: Amounts,
  held: (key: string) => { readonly requested: number; readonly net: number } | undefined,
): LimitProblem | undefined {
  for (const key in usage) {
    const problem = amountProblem(rules, key, usage[key]);
    if (problem !== undefined) return problem;
    const rule = rules.get(key);
    if (rule === undefined) continue;
    const hold = held(key);
    if (hold === undefined) return unknownKey(key, rules, "This lease has no limit");
    const used = usage[key] as number;
    // Above this, sums are no longer exact.
    if (used > Number.MAX_SAFE_INTEGER)
      return aboveHeld(rule, used, Number.MAX_SAFE_INTEGER, "what can be counted");
    if (rule.kind === "resource" && used > hold.net) return aboveHeld(rule, used, hold.net, "what is held");
    if (rule.overdraft === "error" && rule.kind !== "resource" && used > hold.requested)
      return overdraft(rule, used, hold.requested);
  }
  return undefined;
}

/** The problem of a request that, with what it is nested in, takes more than there is. */
export function exceedsCapacity(rule: KeyRule, requested: number, held = 0): LimitProblem {
  const { key, largest } = rule;
  const inside = held === 0 ? "" : `; ${held} of it held by the leases that it is nested in`;
  return {
    code: "LIMIT_EXCEEDS_CAPACITY",
    message: `Requested amount (${requested + held}) exceeds capacity (${largest}) for limit '${key}'${inside}`,
    key,
    details: { requested, capacity: largest, ...(held === 0 ? {} : { held }) },
  };
}

function amountProblem(rules: KeyRules, key: string, amount: unknown): LimitProblem | undefined {
  const rule = rules.get(key);
  if (rule === undefined)
    return rules.ignoresUnknown ? undefined : unknownKey(key, rules, "There is no limit");
  const isAmount = typeof amount === "number" && amount >= 0 && amount <= Number.MAX_VALUE;
  if (isAmount && (rule.kind !== "resource" || Number.isInteger(amount))) return undefined;
  const wanted = rule.kind === "resource" ? "an integer ≥ 0" : "a number ≥ 0";
  return {
    code: "LIMIT_BAD_AMOUNT",
    message: `Amount for limit '${key}' must be ${wanted}, got ${show(amount)}`,
    key,
    details: { amount },
  };
}

function amountRequired(key: string): LimitProblem {
  const message = `Must specify requested amount for RateLimit '${key}'`;
  return { code: "LIMIT_AMOUNT_REQUIRED", message, key, details: {} };
}

function unknownKey(key: string, rules: KeyRules, what: string): LimitProblem {
  const known = rules.list.map((rule) => rule.key);
  const meant = nearest(key, known);
  const hint =
    meant === undefined || meant === key ? `the set has ${list(known)}` : `did you mean '${meant}'?`;
  return {
    code: "LIMIT_UNKNOWN_KEY",
    message: `${what} '${key}'; ${hint}`,
    key,
    details: { known },
  };
}

function aboveHeld({ key }: KeyRule, amount: number, most: number, what: string): LimitProblem {
  const message = `Amount for limit '${key}' must be at most ${what} (${most}), got ${amount}`;
  return { code: "LIMIT_BAD_AMOUNT", message, key, details: { amount, most } };
}

function overdraft({ key }: KeyRule, used: number, requested: number): LimitProblem {
  const message = `Used amount (${used}) exceeds requested amount (${requested}) for limit '${key}'`;
  return { code: "LIMIT_OVERDRAFT", message, key, details: { used, requested } };
}

function list(keys: readonly string[]): string {
  return keys.map((key) => `'${key}'`).join(", ");
}
