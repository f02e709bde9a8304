import { getEventListeners } from "node:events";
import { LimitError } from "../../src/errors/limit-error.ts";
import type { Ask } from "../../src/limits/ask.ts";
import type { Grant } from "../../src/limits/grant.ts";
import { homeOf, LimitSet } from "../../src/limits/limit-set.ts";
import { RateLimit } from "../../src/limits/rate-limit.ts";
import type { Algorithm } from "../../src/limits/rate-options.ts";
import { ResourceLimit } from "../../src/limits/resource-limit.ts";
import type { SetCore } from "../../src/limits/set-core.ts";
import { FakeClock } from "./fake-clock.ts";
import { NaiveArbiter, type NaiveWaiter } from "./naive-arbiter.ts";
import { NaiveMeter } from "./naive-meters.ts";

const MICROSECONDS = 1000;
// A timer counts whole milliseconds, rounded up.
const SLACK = 1001;

export interface World {
  readonly algorithm: Algorithm;
  readonly capacity: number;
  /** Of buckets. */
  readonly burst: number;
  readonly otherCapacity: number;
  readonly windowMs: number;
  readonly resource: number;
  readonly startMs: number;
}

export interface WaitFacts {
  readonly timeoutMs: number | undefined;
  readonly priority: number;
  readonly owner: number | undefined;
  readonly isShared: boolean;
}

interface Waiting {
  readonly id: number;
  readonly controller: AbortController;
}

/** The real arbiter and the naive one, side by side; throws as soon as they differ. */
export class Model {
  readonly clock: FakeClock;
  readonly naive: NaiveArbiter;
  readonly core: SetCore;
  /** Leases that were not released, by id. */
  readonly held: Map<number, Grant> = new Map();
  waiting: Waiting[] = [];
  readonly #grants: string[] = [];
  readonly #timeouts: string[] = [];
  #shared: AbortController = new AbortController();
  readonly #signals: AbortSignal[] = [];
  #ids = 0;
  #visited: number;

  constructor(world: World) {
    const { algorithm, capacity, burst, otherCapacity, windowMs, resource } = world;
    this.clock = new FakeClock(world.startMs);
    this.#visited = this.clock.microseconds;
    const isBucket = algorithm === "token_bucket" || algorithm === "gcra";
    const rate = { algorithm, windowSeconds: windowMs / 1000, ...(isBucket ? { burst } : {}) };
    const set = new LimitSet(
      [
        new RateLimit({ key: "r", capacity, ...rate }),
        new RateLimit({ key: "q", capacity: otherCapacity, ...rate }),
        new ResourceLimit({ key: "c", capacity: resource }),
      ],
      { clock: this.clock },
    );
    this.core = homeOf(set).shared as SetCore;
    const window = windowMs * MICROSECONDS;
    const meter = (most: number): NaiveMeter =>
      new NaiveMeter({ algorithm, capacity: most, burst: isBucket ? burst : most, window });
    this.naive = new NaiveArbiter({ r: meter(capacity), q: meter(otherCapacity) }, { c: resource });
  }

  /** Amounts are rounded to a grid: the naive arbiter gets them so from the start. */
  counted(key: string, amount: number): number {
    return (
      this.core
        .counts()
        .find(({ state }) => state.rule.key === key)
        ?.state.counted(amount) ?? amount
    );
  }

  acquire(amounts: Readonly<Record<string, number>>, mayWait: boolean, facts: WaitFacts): void {
    const id = ++this.#ids;
    const controller = facts.isShared ? this.#shared : new AbortController();
    const { owner, priority, timeoutMs } = facts;
    const ask: Ask = {
      ...{ amounts, call: undefined, isCallCharge: false, owner, parent: undefined, priority, timeoutMs },
      ...{ signals: [controller.signal], chosen: undefined, prepared: undefined },
    };
    const { now } = this;
    this.naive.step(now);
    const deadline = timeoutMs === undefined ? Number.POSITIVE_INFINITY : now + timeoutMs * MICROSECONDS;
    const waiter: NaiveWaiter = { id, owner, amounts, priority, deadline };
    const naiveTook = this.naive.take(now, waiter);
    const grant = this.core.take(ask);
    if ((grant !== undefined) !== naiveTook) throw new Error(`take ${id}: ${grant} but ${naiveTook}`);
    if (grant !== undefined) this.#granted(id, grant);
    else if (mayWait) {
      this.naive.waiters.push(waiter);
      this.waiting.push({ id, controller });
      this.#signals.push(controller.signal);
      this.core.wait(ask, {
        granted: (late) => this.#granted(id, late),
        refused: (reason) => this.#refused(id, reason),
      });
    }
    this.compare();
  }

  update(id: number, key: string, used: number): void {
    this.naive.step(this.now);
    this.naive.update(this.now, id, key, used);
    this.core.update(this.held.get(id) as Grant, { [key]: used });
    this.compare();
  }

  release(id: number, grant: Grant, isCrossed = false): void {
    this.naive.step(this.now);
    this.held.delete(id);
    if (isCrossed) {
      this.naive.takeBack(this.now, id);
      this.core.takeBack(grant);
    } else {
      this.naive.release(this.now, id);
      this.core.release(grant);
    }
    this.compare();
    this.core.release(grant);
    this.core.takeBack(grant);
    this.compare();
  }

  /** Aborts the signal of one who waits; others may have the same. */
  abort({ controller }: Waiting): void {
    const ids = this.waiting.filter((other) => other.controller === controller).map(({ id }) => id);
    if (controller === this.#shared) this.#shared = new AbortController();
    this.naive.cancel(this.now, ids);
    controller.abort(new Error("not needed"));
    this.compare();
  }

  ownerGone(owner: number): void {
    this.naive.ownerGone(this.now, owner);
    for (const [id, grant] of this.held) if (grant.owner === owner) this.held.delete(id);
    this.core.ownerGone(owner);
    this.compare();
  }

  moveTo(microseconds: number): void {
    this.clock.moveTo(microseconds, () => {
      this.#checkPrompt();
      this.naive.step(this.now);
      this.compare();
    });
    this.#checkPrompt();
  }

  /** Releases all that is held until nobody waits. */
  finish(): void {
    for (let rounds = 0; this.waiting.length > 0 || this.held.size > 0; rounds++) {
      if (rounds > 2000) throw new Error(`${this.waiting.length} wait for ever`);
      for (const [id, grant] of this.held) this.release(id, grant);
      if (this.waiting.length === 0) break;
      this.moveTo(this.clock.next);
    }
    const stats = this.core.stats();
    for (const signal of this.#signals)
      if (getEventListeners(signal, "abort").length > 0) throw new Error("a listener is left");
    if (this.clock.timers > 0) throw new Error("a timer is left");
    if (stats.c?.inUse !== 0 || stats.c.waiting !== 0) throw new Error("a resource is left in use");
  }

  get now(): number {
    return this.clock.microseconds;
  }

  compare(): void {
    same("grants", this.#grants, this.naive.grants);
    same("timeouts", [...this.#timeouts].sort(), [...this.naive.timeouts].sort());
    for (const { state, available } of this.core.counts()) {
      const { key, largest } = state.rule;
      const meter = this.naive.meters[key];
      const left = meter === undefined ? largest - this.naive.inUse(key) : Math.max(0, meter.left(this.now));
      near(`left of ${key}`, available, left, largest);
      near(`charged of ${key}`, state.charged, this.naive.charged[key] ?? 0, 1e6);
      near(`refunded of ${key}`, state.refunded, this.naive.refunded[key] ?? 0, 1e6);
      const waiting = this.naive.waiters.filter(({ amounts }) => key in amounts).length;
      if (state.waiting !== waiting) throw new Error(`waiting for ${key}: ${state.waiting}`);
    }
  }

  /** Nobody should have been served a timer's tick ago. */
  #checkPrompt(): void {
    const earlier = this.now - SLACK;
    if (earlier > this.#visited) {
      const late =
        this.naive.grantable(earlier) ?? this.naive.waiters.find(({ deadline }) => deadline <= earlier);
      if (late !== undefined) throw new Error(`${late.id} was granted or ended too late`);
    }
    this.#visited = this.now;
  }

  #granted(id: number, grant: Grant): void {
    this.#grants.push(`${id}@${this.now}`);
    this.held.set(id, grant);
    this.#gone(id);
  }

  #refused(id: number, reason: unknown): void {
    if (reason instanceof LimitError && reason.code === "LIMIT_TIMEOUT")
      this.#timeouts.push(`${id}@${this.now}`);
    this.#gone(id);
  }

  #gone(id: number): void {
    this.waiting = this.waiting.filter((waiting) => waiting.id !== id);
  }
}

function same(what: string, real: readonly string[], naive: readonly string[]): void {
  if (real.join() !== naive.join()) throw new Error(`${what}: ${real.join()} but naively ${naive.join()}`);
}

function near(what: string, real: number, naive: number, scale: number): void {
  if (!(Math.abs(real - naive) <= scale * 1e-9)) throw new Error(`${what}: ${real} but naively ${naive}`);
}
