import type { HistogramSummary } from "../util/histogram.ts";

/** Amounts by key of a limit. */
export type Amounts = Readonly<Record<string, number>>;

/** How one request waits. */
export interface AcquireOptions {
  /** Ends the wait: the request rejects with the signal's reason, and nothing is charged. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Milliseconds ≥ 0 that the request may wait, counted from its arrival at the limits; 0 = don't wait.
   * Default: no limit.
   */
  readonly timeoutMs?: number | undefined;
  /** Integer, clamped to −8 … 8; higher first, in order of arrival inside one. Default: the call's, else 0. */
  readonly priority?: number | undefined;
}

/**
 * What to take: amounts by key, or the same under `requested` with the options beside it.
 *
 * `requested` is told from a limit of that name by its value: an object there is this form, a number is a limit.
 */
export type LimitRequest = Amounts | ({ readonly requested: Amounts } & AcquireOptions);

/** What was really used, by key; or the same under `usage`. */
export type LimitUsage = Amounts | { readonly usage: Amounts };

/** Limits that a program takes from: a worker's `this.limits`, a `LimitSet`, a `LimitPool`. */
export interface Limits {
  /**
   * Takes several limits at once, all or none, as soon as it is this request's turn.
   *
   * Without a request: 1 of each `ResourceLimit` that this call doesn't hold yet.
   *
   * @throws {LimitError} `LIMIT_UNKNOWN_KEY`, `LIMIT_BAD_AMOUNT`, `LIMIT_AMOUNT_REQUIRED`, `LIMIT_EXCEEDS_CAPACITY`,
   * `LIMIT_CLOSED`, `LIMIT_OWNER_LOST`, `LIMIT_TIMEOUT`, `LIMIT_QUEUE_FULL`.
   * @throws The reason of `signal` when that aborts.
   */
  acquire(request?: LimitRequest, options?: AcquireOptions): Promise<Lease>;
  /** Takes now, or resolves to null; never overtakes a request that waits. */
  tryAcquire(request?: LimitRequest): Promise<Lease | null>;
  /**
   * As `tryAcquire`, without a promise.
   *
   * @throws {LimitError} `LIMIT_REMOTE` in a thread or process whose limits are kept elsewhere.
   */
  tryAcquireSync(request?: LimitRequest): Lease | null;
  /**
   * Takes, runs `fn`, gives back, whatever `fn` does.
   *
   * @returns What `fn` returned.
   * @throws What `acquire` or `fn` threw.
   * @example
   * const page = await limits.use({ connections: 1 }, () => download(url));
   */
  use<T>(
    request: LimitRequest | undefined,
    fn: (lease: Lease) => T | Promise<T>,
    options?: AcquireOptions,
  ): Promise<T>;
  /** Numbers of each limit, by key; plain data. Reading them changes nothing. */
  stats(): Promise<Readonly<Record<string, LimitStats>>>;
}

/** What a request was given. To be released, by hand or by `using`; releasing twice is fine. */
export interface Lease extends AsyncDisposable, Disposable {
  /** What was taken, by key. */
  readonly amounts: Amounts;
  /** The `config` of the set that granted it; frozen. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Milliseconds that the request waited. */
  readonly waitedMs: number;
  readonly released: boolean;
  /**
   * Tells what was really used; absolute, and the last call wins. Less than requested comes back as far as the
   * algorithm allows; more is charged now. Never told: used = requested.
   *
   * @throws {LimitError} `LIMIT_RELEASED`, `LIMIT_UNKNOWN_KEY`, `LIMIT_BAD_AMOUNT`, `LIMIT_OVERDRAFT`.
   * Nothing is changed then.
   */
  update(usage: LimitUsage): void;
  /**
   * Takes more inside this lease: the named limits only.
   *
   * @throws {LimitError} As `acquire`; `LIMIT_EXCEEDS_CAPACITY` also when what this lease and those around it hold
   * leaves too little, since that wait would never end; `LIMIT_RELEASED` after `release`.
   */
  acquire(request: LimitRequest, options?: AcquireOptions): Promise<Lease>;
  /** Gives back what can be given back. Never throws; from the second time on nothing happens. */
  release(): void;
}

/** Time and timers of limits; a test may hand in its own. */
export interface LimitClock {
  /** Milliseconds of a clock that never goes back. */
  now(): number;
  /** Calls back after so many milliseconds, an integer from 1 to 2^31 − 1. Must keep the process alive. */
  set(callback: () => void, milliseconds: number): unknown;
  /** Calls a timer off. */
  clear(timer: unknown): void;
}

/** Numbers of one limit. Fields that don't apply to its kind are absent. */
export interface LimitStats {
  readonly key: string;
  readonly kind: "call" | "rate" | "resource" | "gate";
  /** Name of the algorithm, of calls and rates. */
  readonly algorithm?: string;
  /** Of calls and rates. */
  readonly windowSeconds?: number;
  readonly capacity?: number;
  /** Of `token_bucket` and `gcra`. */
  readonly burst?: number;
  /** What is left at this moment; of `leaky_bucket` the room in the bucket. */
  readonly available?: number;
  /** Of resources. */
  readonly inUse?: number;
  /** Share of the capacity (or burst) that is taken, 0 … 1. */
  readonly utilization?: number;
  /** Requests for it that wait. */
  readonly waiting?: number;
  /** Requests for it that were granted. */
  readonly granted?: number;
  /** Everything that was ever charged, whether it came back or not. */
  readonly charged?: number;
  /** What came back. */
  readonly refunded?: number;
  /** What was charged beyond what had been requested. */
  readonly overdrawn?: number;
  /** Requests that ended by their time limit. */
  readonly timedOut?: number;
  /** Requests that ended by their signal. */
  readonly cancelled?: number;
  /** Workers that died while they held it or waited for it. */
  readonly ownersLost?: number;
  /** Leases that were garbage before they were released. */
  readonly leaked?: number;
  /** How many milliseconds the granted requests had waited. */
  readonly waitMs?: HistogramSummary;
}
