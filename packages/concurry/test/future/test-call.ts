import {
  createFuture,
  type Future,
  type FutureOwner,
  type FutureStatus,
  rejectFuture,
} from "../../src/future/future.ts";

/** A call that tests settle by hand. */
export class TestCall implements FutureOwner {
  status: FutureStatus = "queued";
  workerIndex: number | undefined = undefined;
  observed = false;
  future: Future<unknown> | undefined = undefined;
  resolve!: (value: unknown) => void;
  reject!: (reason: unknown) => void;
  readonly reasons: unknown[] = [];

  cancel(reason: unknown): boolean {
    this.reasons.push(reason);
    if (this.status !== "queued" && this.status !== "running") return false;
    this.fail(reason, "cancelled");
    return true;
  }

  fulfil(value: unknown): void {
    this.status = "fulfilled";
    this.resolve(value);
  }

  fail(failure: unknown, status: "rejected" | "cancelled" = "rejected"): void {
    this.status = status;
    rejectFuture(this, failure);
  }
}

/** A call, and its future. */
export function testCall<T = unknown>(): { readonly call: TestCall; readonly future: Future<T> } {
  const call = new TestCall();
  return { call, future: createFuture<T>(call) };
}
