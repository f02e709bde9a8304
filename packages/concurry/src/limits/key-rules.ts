import type { CallLimit } from "./call-limit.ts";
import { shapeOf, slackOf } from "./meter.ts";
import type { RateLimit } from "./rate-limit.ts";
import type { ResourceLimit } from "./resource-limit.ts";

/** What requests are checked against; plain data, so that a worker can have it too. */
export interface KeyRule {
  readonly key: string;
  readonly kind: "call" | "rate" | "resource";
  /** The largest amount that could ever be granted. */
  readonly largest: number;
  readonly overdraft: "charge" | "error";
  /** Of call limits: who charges them, the pool or each acquire. */
  readonly charge?: "call" | "acquire";
  /** Of call limits: the methods that are charged; absent for all. */
  readonly methods?: readonly string[];
}

/** The rules of one set; plain data. */
export interface SetRules {
  readonly rules: readonly KeyRule[];
  readonly unknownKeys: "error" | "ignore";
}

/** The rules of a set, found by key. */
export class KeyRules {
  readonly list: readonly KeyRule[];
  /** Whether names that no limit has are left out instead of refused. A set with no limits grants any. */
  readonly ignoresUnknown: boolean;
  /** The key of the first rate, which `acquire()` without a request can't guess an amount for. */
  readonly firstRate: string | undefined;
  readonly #byKey: ReadonlyMap<string, KeyRule>;

  constructor({ rules, unknownKeys }: SetRules) {
    this.list = rules;
    this.ignoresUnknown = unknownKeys === "ignore" || rules.length === 0;
    this.firstRate = rules.find((rule) => rule.kind === "rate")?.key;
    this.#byKey = new Map(rules.map((rule) => [rule.key, rule]));
  }

  get(key: string): KeyRule | undefined {
    return this.#byKey.get(key);
  }
}

/** The rule of one limit. */
export function ruleOf(limit: CallLimit | RateLimit | ResourceLimit): KeyRule {
  const { key, kind } = limit;
  if (limit.kind === "resource") return { key, kind, largest: limit.capacity, overdraft: "error" };
  const rule = { key, kind, largest: shapeOf(limit.rate).burst, overdraft: limit.rate.overdraft };
  if (limit.kind === "rate") return rule;
  const { charge, methods } = limit;
  return { ...rule, charge, ...(methods === undefined ? {} : { methods }) };
}

/** Whether so much could never be granted, however long one waits. */
export function exceeds(rule: KeyRule, amount: number): boolean {
  return amount > rule.largest && amount > rule.largest + slackOf(rule.largest);
}

/** Whether calls of this method are spared a call limit. */
export function isExempt(rule: KeyRule, method: string): boolean {
  return rule.methods !== undefined && !rule.methods.includes(method);
}
