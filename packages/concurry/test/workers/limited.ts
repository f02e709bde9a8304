import { setTimeout as rest } from "node:timers/promises";
import { callContext, type Lease, Worker } from "concurry";

type Amounts = Readonly<Record<string, number>>;

/** Takes limits in every way that a method can; keeps leases, so that tests decide when they end. */
export class Limited extends Worker {
  readonly #held: Lease[] = [];
  #attempts = 0;

  plain(value = 0): number {
    return value;
  }

  callApi(): string {
    return "called";
  }

  /** Takes each of the requests, one after the other, and gives all back at the end. */
  async take(...requests: (Amounts | { requested: Amounts } | null)[]): Promise<Amounts[]> {
    const leases: Lease[] = [];
    try {
      for (const request of requests) leases.push(await this.limits.acquire(request ?? undefined));
      return leases.map(({ amounts }) => amounts);
    } finally {
      for (const lease of leases) lease.release();
    }
  }

  /** Takes, says what was used, and gives back. */
  use(request: Amounts, usage: Amounts): Promise<boolean> {
    return this.limits.use(request, (lease) => {
      lease.update(usage);
      return lease.released;
    });
  }

  takeAndThrow(request: Amounts): Promise<never> {
    return this.limits.use(request, () => {
      throw new RangeError("the body failed");
    });
  }

  /** An outer function that takes one of each, and an inner one that does the same. */
  async takeTwice(): Promise<Amounts[]> {
    const outer = await this.limits.acquire();
    const inner = await this.limits.acquire({ connections: 0 });
    const again = await this.limits.acquire();
    const amounts = [outer.amounts, again.amounts];
    for (const lease of [again, inner, outer]) lease.release();
    return amounts;
  }

  /** Takes more inside a lease. */
  async nest(outer: Amounts, inner: Amounts): Promise<Amounts> {
    const lease = await this.limits.acquire(outer);
    try {
      const more = await lease.acquire(inner);
      more.release();
      return more.amounts;
    } finally {
      lease.release();
    }
  }

  /** Takes at each attempt; succeeds at the one that is asked for. */
  async succeedAt(attempt: number, request: Amounts): Promise<number> {
    this.#attempts = callContext().attempt;
    const lease = await this.limits.acquire(request);
    try {
      if (this.#attempts < attempt) throw new Error(`attempt ${this.#attempts} failed`);
      return this.#attempts;
    } finally {
      lease.release();
    }
  }

  /** Does something that takes so long, inside a lease. */
  hold(request: Amounts, milliseconds: number): Promise<number> {
    return this.limits.use(request, async ({ waitedMs }) => {
      await rest(milliseconds);
      return waitedMs;
    });
  }

  /** Takes, and keeps it over the end of the call. */
  async keep(request: Amounts): Promise<Amounts> {
    const lease = await this.limits.acquire(request);
    this.#held.push(lease);
    return lease.amounts;
  }

  /** Gives back all that was kept. */
  async giveBack(): Promise<number> {
    const leases = this.#held.splice(0);
    for (const lease of leases) await lease[Symbol.asyncDispose]();
    for (const lease of leases) lease.release();
    return leases.length;
  }

  /** Says of the first lease that was kept what was used. */
  update(usage: Amounts): void {
    this.#held[0]?.update(usage);
  }

  /** Takes, then is busy until its call is cut short, or for ever. */
  async keepOn(request: Amounts): Promise<void> {
    const { signal } = callContext();
    await this.limits.use(request, async () => {
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
    });
  }

  async tryTake(request: Amounts): Promise<Amounts | null> {
    const lease = await this.limits.tryAcquire(request);
    lease?.release();
    return lease?.amounts ?? null;
  }

  tryTakeSync(request: Amounts): Amounts | null {
    const lease = this.limits.tryAcquireSync(request);
    lease?.release();
    return lease?.amounts ?? null;
  }

  /** Takes with a time limit of its own. */
  async takeWithin(request: Amounts, timeoutMs: number): Promise<void> {
    const lease = await this.limits.acquire(request, { timeoutMs });
    lease.release();
  }

  /** Gives up by a signal of its own; tells with what it was rejected. */
  async giveUp(request: Amounts): Promise<unknown> {
    const controller = new AbortController();
    const taken = this.limits.acquire(request, { signal: controller.signal });
    controller.abort("no longer needed");
    return taken.then(
      () => "taken",
      (reason: unknown) => reason,
    );
  }

  /** Goes on after it was cut short, and tries to take. */
  async takeAfterAbort(request: Amounts): Promise<void> {
    const { signal } = callContext();
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    await this.limits.acquire(request);
  }

  config(request: Amounts): Promise<unknown> {
    return this.limits.use(request, (lease) => lease.config);
  }

  stats(): Promise<unknown> {
    return this.limits.stats();
  }

  echo(value: unknown): unknown {
    return value;
  }

  exit(): void {
    process.exit(7);
  }

  /** Ends itself while it holds. */
  async holdAndExit(request: Amounts): Promise<void> {
    await this.limits.acquire(request);
    process.exit(7);
  }
}

/** Takes before its first call. */
export class Prepared extends Worker {
  readonly #built: Promise<Lease>;
  #started: Lease | undefined;

  constructor() {
    super();
    this.#built = this.limits.acquire({ tokens: 5 });
  }

  async onStart(): Promise<void> {
    await this.#built;
    this.#started = await this.limits.acquire({ tokens: 7 });
  }

  started(): Amounts | undefined {
    return this.#started?.amounts;
  }
}

/** Hands its limits on to a pool of its own. */
export class Middle extends Worker {
  readonly #inner: ReturnType<typeof innerPool>;

  constructor(mode: "sync" | "async" | "thread" | "process", maxWorkers: number) {
    super();
    this.#inner = innerPool(mode, maxWorkers, this.limits);
  }

  onStop(): Promise<void> {
    return this.#inner.stop();
  }

  hold(request: Amounts, milliseconds: number, times: number): Promise<number[]> {
    return Promise.all(Array.from({ length: times }, () => this.#inner.hold(request, milliseconds)));
  }

  take(...requests: (Amounts | null)[]): Promise<Amounts[]> {
    return this.#inner.take(...requests);
  }

  use(request: Amounts, usage: Amounts): Promise<boolean> {
    return this.#inner.use(request, usage);
  }

  config(request: Amounts): Promise<unknown> {
    return this.#inner.config(request);
  }

  /** Lets an inner worker die while it holds. */
  async holdAndExit(request: Amounts): Promise<string> {
    try {
      await this.#inner.holdAndExit(request);
      return "lived";
    } catch (error) {
      return (error as { code: string }).code;
    }
  }

  /** The stats of the inner pool, which knows no limits of its own. */
  innerStats(): unknown {
    return this.#inner.getPoolStats().limits;
  }
}

function innerPool(
  mode: "sync" | "async" | "thread" | "process",
  maxWorkers: number,
  limits: Limited["limits"],
) {
  return Limited.options({ mode, maxWorkers, limits, stdio: "ignore" } as { mode: "thread" }).init();
}
