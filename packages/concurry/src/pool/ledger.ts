import { RemoteFailure } from "../future/remote-failure.ts";
import { UnobservedFailures } from "../future/unobserved.ts";
import { tickNow } from "../util/clock.ts";
import { CANCELLED, type Call, FULFILLED, REJECTED } from "./call.ts";
import { Counts } from "./counts.ts";
import type { Events } from "./events.ts";
import type { KeepAlive } from "./keep-alive.ts";
import { Waiters } from "./waiters.ts";

/** How one worker's part of a broadcast ended; left out, where the worker fell asleep before it could be asked. */
export type BroadcastEnd = "completed" | "failed" | "cancelled" | "left out";

/**
 * Every call is entered here when it is made, and crossed out once, when it is settled: listeners, predicates and
 * balancers of the user's own may cancel a call while something else is about to settle it.
 */
export class Ledger {
  readonly counts: Counts = new Counts();
  readonly unobserved: UnobservedFailures = new UnobservedFailures();
  /** Those who wait until one call less is open. */
  readonly room: Waiters = new Waiters();
  /** Those who wait until no call is open. */
  readonly drained: Waiters = new Waiters();
  readonly #methods: readonly string[];
  readonly #events: Events;
  readonly #keepAlive: KeepAlive;
  readonly #onClose: (call: Call, failure: unknown) => void;

  /** @param onClose Hears of every call right before it is settled. */
  constructor(
    methods: readonly string[],
    events: Events,
    keepAlive: KeepAlive,
    onClose: (call: Call, failure: unknown) => void,
  ) {
    this.#onClose = onClose;
    this.#methods = methods;
    this.#events = events;
    this.#keepAlive = keepAlive;
  }

  /** One worker's part of a broadcast, which counts as a call. */
  enterBroadcast(): void {
    this.counts.accepted += 1;
    this.#keepAlive.hold();
  }

  closeBroadcast(end: BroadcastEnd): void {
    if (end === "left out") this.counts.accepted -= 1;
    else this.counts[end] += 1;
    this.#release();
  }

  methodOf(call: Call): string {
    return this.#methods[call.methodIndex] as string;
  }

  enter(call: Call): void {
    call.calledAt = tickNow();
    this.counts.accepted += 1;
    this.#keepAlive.hold();
  }

  /** Enters a call that runs already, and is to be over before its caller goes on: it need not keep the process alive. */
  enterNow(call: Call, now: number): void {
    call.calledAt = now;
    this.counts.accepted += 1;
  }

  /** It goes on longer: it stays open like any other call. */
  keep(): void {
    this.#keepAlive.hold();
  }

  /** It is over, with a result, and nobody has its future yet. */
  fulfilNow(call: Call, now: number): void {
    const durationMs = now - call.calledAt;
    this.counts.completed += 1;
    this.counts.latencyMs.add(durationMs);
    call.state = FULFILLED;
    if (this.#events.has("callEnd")) this.#emit(call, durationMs, undefined);
    this.#tellOfRoom();
  }

  fulfil(call: Call, value: unknown): void {
    if (call.isSettled) return;
    this.counts.completed += 1;
    const { resolve } = call;
    this.#close(call, FULFILLED, undefined);
    resolve(value);
  }

  reject(call: Call, failure: unknown): void {
    if (call.isSettled) return;
    this.counts.failed += 1;
    // Before the future is rejected: what nobody has looked at by now may be reported one day.
    this.unobserved.add(call, this.methodOf(call), failure);
    this.#close(call, REJECTED, failure);
  }

  timeOut(call: Call, error: unknown): void {
    if (call.isSettled) return;
    this.counts.timedOut += 1;
    this.unobserved.add(call, this.methodOf(call), error);
    this.#close(call, REJECTED, error);
  }

  /** Turns away a call that was not entered: it fails without ever being open. */
  refuse(call: Call, error: Error): void {
    this.counts.accepted += 1;
    this.counts.failed += 1;
    this.unobserved.add(call, this.methodOf(call), error);
    call.settle(REJECTED);
    call.fail(error);
  }

  cancel(call: Call, error: Error): void {
    if (call.isSettled) return;
    this.counts.cancelled += 1;
    this.#close(call, CANCELLED, error);
  }

  #close(call: Call, state: typeof FULFILLED | typeof REJECTED | typeof CANCELLED, failure: unknown): void {
    this.#onClose(call, failure);
    call.settle(state);
    const durationMs = tickNow() - call.calledAt;
    this.counts.latencyMs.add(durationMs);
    if (state === FULFILLED) call.future = undefined;
    else call.fail(failure);
    if (this.#events.has("callEnd")) this.#emit(call, durationMs, failure);
    this.#release();
  }

  #release(): void {
    this.#keepAlive.release();
    this.#tellOfRoom();
  }

  #tellOfRoom(): void {
    this.room.resolve();
    if (this.counts.open === 0) this.drained.resolve();
  }

  #emit(call: Call, durationMs: number, failure: unknown): void {
    this.#events.emit("callEnd", {
      callId: call.number,
      method: this.methodOf(call),
      workerIndex: call.workerIndex,
      status: call.status as "fulfilled" | "rejected" | "cancelled",
      durationMs,
      error: failure instanceof RemoteFailure ? failure.decode() : failure,
    });
  }
}
