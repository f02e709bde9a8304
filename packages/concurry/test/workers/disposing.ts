import { Worker } from "concurry";

type Amounts = Readonly<Record<string, number>>;

/** Holds leases by `await using`. */
export class Disposing extends Worker {
  /** Fails while it holds. */
  async fail(request: Amounts): Promise<never> {
    await using lease = await this.limits.acquire(request);
    throw new RangeError(`failed with ${Object.keys(lease.amounts)}`);
  }

  /** Takes if that goes at once, says whether it did, and disposes of the lease or of null. */
  async tryTake(request: Amounts): Promise<boolean> {
    await using lease = await this.limits.tryAcquire(request);
    return lease !== null;
  }

  /** Runs a try of another caller while it holds. */
  async tryTwice(request: Amounts): Promise<boolean[]> {
    await using lease = await this.limits.acquire(request);
    return [await this.tryTake(request), lease.released];
  }
}
