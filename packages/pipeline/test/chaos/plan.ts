/** What is planned for a stage. */
export interface StagePlan {
  readonly mode: "async" | "thread" | "process";
  readonly operation: "map" | "filter" | "flatMap";
  readonly workers: number;
  readonly maxsize: number | undefined;
  readonly onError: "fail" | "skip" | "yield" | "retry";
  /** After the last retry. */
  readonly usedUp: "fail" | "skip" | "yield";
  readonly timeoutMs: number | undefined;
  readonly onTimeout: "drop" | "fail" | "yield";
  readonly hasHooks: boolean;
  readonly mostRestarts: number;
}

/** What is planned for a run: plain data, made from a seed. */
export interface Plan {
  readonly seed: number;
  readonly elements: number;
  readonly stages: readonly StagePlan[];
  /** Window of the `ordered` at the end. */
  readonly window: number | undefined;
  /** Worker that is killed each so many milliseconds, up to so many. */
  readonly killEveryMs: number;
  readonly mostKills: number;
  /** Results after which the reader leaves, or stops the run; otherwise it reads to the end. */
  readonly leaveAfter: number | undefined;
  readonly abortAfter: number | undefined;
}

/** Numbers that depend on the seed alone: the generator "mulberry32" by Tommy Ettinger (public domain). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A number from 0 up to 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  between(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.between(0, items.length - 1)] as T;
  }
}

function planStage(random: Random, mayFail: boolean): StagePlan {
  const policies = mayFail ? (["fail", "skip", "yield"] as const) : (["skip", "yield"] as const);
  return {
    mode: random.pick(["async", "thread", "thread", "process", "process"]),
    operation: random.pick(["map", "map", "filter", "flatMap"]),
    workers: random.between(1, 3),
    maxsize: random.pick([undefined, 1, 2, 8]),
    onError: random.chance(0.4) ? "retry" : random.pick(policies),
    usedUp: random.pick(policies),
    timeoutMs: random.chance(0.5) ? random.between(40, 100) : undefined,
    onTimeout: mayFail ? random.pick(["drop", "fail", "yield"]) : random.pick(["drop", "yield"]),
    hasHooks: random.chance(0.6),
    mostRestarts: random.chance(0.15) ? 2 : 1e6,
  };
}

/** Plans a run. In one of three it may fail, in one of four its reader does not stay. */
export function makePlan(seed: number): Plan {
  const random = new Random(seed);
  const mayFail = random.chance(0.35);
  const leaves = random.chance(0.25);
  const after = random.between(1, 30);
  const isAbort = random.chance(0.5);
  return {
    seed,
    elements: random.between(20, 60),
    stages: Array.from({ length: random.between(1, 3) }, () => planStage(random, mayFail)),
    window: random.pick([undefined, undefined, 4, 64, Number.POSITIVE_INFINITY]),
    killEveryMs: random.between(15, 60),
    mostKills: random.between(2, 6),
    leaveAfter: leaves && !isAbort ? after : undefined,
    abortAfter: leaves && isAbort ? after : undefined,
  };
}
