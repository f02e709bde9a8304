import type { NaiveCharge, NaiveMeter } from "./naive-meters.ts";

export type NaiveAmounts = Readonly<Record<string, number>>;

export interface NaiveLease {
  readonly id: number;
  readonly owner: number | undefined;
  readonly amounts: NaiveAmounts;
  readonly charges: Record<string, NaiveCharge[]>;
  readonly net: Record<string, number>;
  isReleased: boolean;
}

export interface NaiveWaiter {
  readonly id: number;
  readonly owner: number | undefined;
  readonly amounts: NaiveAmounts;
  readonly priority: number;
  readonly deadline: number;
}

/** The rules of an arbiter, told as plainly as can be: each look goes through all who wait, from the first. */
export class NaiveArbiter {
  readonly meters: Readonly<Record<string, NaiveMeter>>;
  readonly resources: Readonly<Record<string, number>>;
  readonly leases: Map<number, NaiveLease> = new Map();
  waiters: NaiveWaiter[] = [];
  /** Ids of those who were granted, in order, with the moment. */
  readonly grants: string[] = [];
  /** Ids of those whose time was over, in order, with the moment. */
  readonly timeouts: string[] = [];
  readonly charged: Record<string, number> = {};
  readonly refunded: Record<string, number> = {};

  constructor(meters: Readonly<Record<string, NaiveMeter>>, resources: Readonly<Record<string, number>>) {
    this.meters = meters;
    this.resources = resources;
  }

  /** All that happens by itself at a moment. */
  step(now: number): void {
    this.#grantAll(now);
    const late = this.waiters.filter(({ deadline }) => now >= deadline);
    late.sort((left, right) => left.deadline - right.deadline || left.id - right.id);
    this.waiters = this.waiters.filter(({ deadline }) => now < deadline);
    for (const { id } of late) this.timeouts.push(`${id}@${now}`);
    if (late.length > 0) this.#grantAll(now);
  }

  take(now: number, waiter: NaiveWaiter): boolean {
    const isBlocked = this.waiters.some(
      ({ amounts, priority }) => priority >= waiter.priority && sharesKey(amounts, waiter.amounts),
    );
    if (isBlocked || !this.fits(now, waiter.amounts)) return false;
    this.#grant(now, waiter);
    return true;
  }

  update(now: number, id: number, key: string, used: number): void {
    const lease = this.leases.get(id) as NaiveLease;
    const net = lease.net[key] as number;
    const meter = this.meters[key];
    if (used > net) {
      (lease.charges[key] as NaiveCharge[]).push((meter as NaiveMeter).charge(now, used - net, true));
      this.#count(lease, key, used - net);
    } else this.#giveBack(now, lease, key, net - used);
    this.step(now);
  }

  release(now: number, id: number): void {
    const lease = this.leases.get(id) as NaiveLease;
    if (lease.isReleased) return;
    lease.isReleased = true;
    for (const key in lease.net)
      if (key in this.resources) this.#giveBack(now, lease, key, lease.net[key] ?? 0);
    this.step(now);
  }

  takeBack(now: number, id: number): void {
    const lease = this.leases.get(id) as NaiveLease;
    if (lease.isReleased) return;
    for (const key in lease.net) if (key in this.meters) this.#giveBack(now, lease, key, lease.net[key] ?? 0);
    this.release(now, id);
  }

  cancel(now: number, ids: readonly number[]): void {
    this.waiters = this.waiters.filter((waiter) => !ids.includes(waiter.id));
    this.step(now);
  }

  ownerGone(now: number, owner: number): void {
    this.waiters = this.waiters.filter((waiter) => waiter.owner !== owner);
    for (const lease of this.leases.values()) {
      if (lease.owner !== owner || lease.isReleased) continue;
      lease.isReleased = true;
      for (const key in lease.net)
        if (key in this.resources) this.#giveBack(now, lease, key, lease.net[key] ?? 0);
    }
    this.step(now);
  }

  inUse(key: string): number {
    return [...this.leases.values()].reduce(
      (total, { net, isReleased }) => total + (isReleased ? 0 : (net[key] ?? 0)),
      0,
    );
  }

  fits(now: number, amounts: NaiveAmounts): boolean {
    return Object.entries(amounts).every(([key, amount]) => {
      const meter = this.meters[key];
      if (meter !== undefined) return meter.fits(now, amount);
      return this.inUse(key) + amount <= (this.resources[key] as number);
    });
  }

  /** The first of those who wait that could be granted at a moment. */
  grantable(now: number): NaiveWaiter | undefined {
    const inOrder = [...this.waiters].sort(
      (left, right) => right.priority - left.priority || left.id - right.id,
    );
    return inOrder.find(
      (waiter, index) =>
        !inOrder.slice(0, index).some(({ amounts }) => sharesKey(amounts, waiter.amounts)) &&
        this.fits(now, waiter.amounts),
    );
  }

  #grantAll(now: number): void {
    for (let waiter = this.grantable(now); waiter !== undefined; waiter = this.grantable(now)) {
      const { id } = waiter;
      this.waiters = this.waiters.filter((other) => other.id !== id);
      this.#grant(now, waiter);
    }
  }

  #grant(now: number, { id, owner, amounts }: NaiveWaiter): void {
    const lease: NaiveLease = { id, owner, amounts, charges: {}, net: { ...amounts }, isReleased: false };
    for (const [key, amount] of Object.entries(amounts)) {
      const meter = this.meters[key];
      lease.charges[key] = meter === undefined ? [] : [meter.charge(now, amount)];
      this.charged[key] = (this.charged[key] ?? 0) + amount;
    }
    this.leases.set(id, lease);
    this.grants.push(`${id}@${now}`);
  }

  #count(lease: NaiveLease, key: string, amount: number): void {
    lease.net[key] = (lease.net[key] ?? 0) + amount;
    this.charged[key] = (this.charged[key] ?? 0) + amount;
  }

  #giveBack(now: number, lease: NaiveLease, key: string, amount: number): void {
    let back = 0;
    const meter = this.meters[key];
    if (meter === undefined) back = amount;
    else
      for (const charge of [...(lease.charges[key] as NaiveCharge[])].reverse())
        if (back < amount) back += meter.refund(now, charge, amount - back);
    lease.net[key] = (lease.net[key] ?? 0) - back;
    this.refunded[key] = (this.refunded[key] ?? 0) + back;
  }
}

function sharesKey(left: NaiveAmounts, right: NaiveAmounts): boolean {
  return Object.keys(left).some((key) => key in right);
}
