import { CancelledError, TimeoutError } from "../errors/call-errors.ts";
import { RemoteFailure } from "../future/remote-failure.ts";
import { type RetryRule, usedUp, withPrevious } from "../retry/retry.ts";
import type { RetryContext } from "../retry/retry-options.ts";
import { tickNow } from "../util/clock.ts";
import { type Call, SENT, WAITING } from "./call.ts";
import type { LiveWorker } from "./live-worker.ts";
import type { PoolCore } from "./pool.ts";
import { StreamCall } from "./stream-call.ts";
import type { WorkerHandle } from "./worker-handle.ts";

/** What becomes of a call when one attempt of it has ended: it is settled, or tried again. */
export class Attempts {
  readonly #pool: PoolCore;
  /** Calls between two attempts. */
  readonly #resting = new Map<Call, NodeJS.Timeout>();

  constructor(pool: PoolCore) {
    this.#pool = pool;
  }

  /** Calls between two attempts. */
  list(): Call[] {
    return [...this.#resting.keys()];
  }

  succeeded(call: Call, value: unknown): void {
    const rule = this.#ruleOf(call);
    // A stream has given what it had before it ends.
    if (rule === undefined || !rule.judgesResults || call instanceof StreamCall)
      this.#pool.ledger.fulfil(call, value);
    else this.#decide(call, () => this.#judge(call, rule, value));
  }

  failed(call: Call, failure: unknown): void {
    this.#decide(call, () => {
      if (!this.#triesAgain(call, failure)) this.#pool.ledger.reject(call, withHistory(call, failure));
    });
  }

  timedOut(call: Call): void {
    if (call.state !== SENT) return;
    const { ledger } = this.#pool;
    const message = `"${ledger.methodOf(call)}" was not done within ${call.timeoutMs} ms.`;
    const error = new TimeoutError(message, { timeoutMs: call.timeoutMs });
    this.#withdraw(call, error);
    this.#decide(call, () => {
      if (!this.#triesAgain(call, error)) ledger.timeOut(call, withHistory(call, error));
    });
  }

  cancel(call: Call, reason: unknown): boolean {
    if (call.isSettled) return false;
    const { ledger } = this.#pool;
    const cause = reason === undefined ? {} : { cause: reason };
    const error = new CancelledError(`The call of "${ledger.methodOf(call)}" was cancelled.`, cause);
    this.#withdraw(call, error);
    ledger.cancel(call, error);
    return true;
  }

  /**
   * Ends a stream whose consumer has left: its generator runs its `finally`, and then the call is done. One that doesn't
   * end in time is let go of.
   */
  leave(call: StreamCall): void {
    const { handle, live, state } = call;
    if (call.isSettled) return;
    if (state !== SENT || !live?.hasStarted(call)) {
      this.cancel(call, undefined);
      return;
    }
    handle?.abort(call, new CancelledError(`The loop over "${this.#pool.ledger.methodOf(call)}" was left.`));
    call.giveUpTimer = setTimeout(() => this.#giveUp(call), this.#graceOf(call)).unref();
  }

  #giveUp(call: StreamCall): void {
    const { handle, live, state } = call;
    if (state === SENT && handle !== undefined && live !== undefined) this.#abandon(call, handle, live, 0);
    this.#pool.ledger.fulfil(call, undefined);
  }

  /** The user's predicates run here: what they throw is the end of the call, and they may cancel it. */
  #decide(call: Call, decide: () => void): void {
    if (call.isSettled) return;
    // No worker has it any more.
    call.state = WAITING;
    call.live = undefined;
    try {
      decide();
    } catch (error) {
      this.#pool.ledger.reject(call, error);
    }
  }

  #judge(call: Call, rule: RetryRule, result: unknown): void {
    const { ledger } = this.#pool;
    if (rule.accepts(result, this.#contextOf(call))) {
      ledger.fulfil(call, result);
      return;
    }
    if (call.isSettled) return;
    call.extras ??= {};
    const results = [...(call.extras.results ?? []), result];
    call.extras.results = results;
    if (this.#restBefore(call, rule, undefined)) return;
    ledger.reject(call, withHistory(call, usedUp(ledger.methodOf(call), results)));
  }

  /** True when the call rests now before another attempt. */
  #triesAgain(call: Call, failure: unknown): boolean {
    const rule = this.#ruleOf(call);
    if (rule === undefined || (call instanceof StreamCall && call.isUnderWay)) return false;
    const error = failure instanceof RemoteFailure ? failure.decode() : failure;
    if (!rule.takes(error, this.#contextOf(call)) || call.isSettled) return false;
    const errors = [...(call.extras?.errors ?? []), error];
    if (!this.#restBefore(call, rule, error)) return false;
    call.extras ??= {};
    call.extras.errors = errors;
    return true;
  }

  #restBefore(call: Call, rule: RetryRule, error: unknown): boolean {
    const { ledger, events } = this.#pool;
    const waitMs = rule.waitAfter(call.attempt);
    if (waitMs === undefined || call.isGivenAway) return false;
    this.#pool.charging?.ended(call, error);
    if (!call.isBound) call.handle = undefined;
    call.countedAt = undefined;
    ledger.counts.retried += 1;
    this.#resting.set(call, setTimeout(() => this.#next(call), waitMs).unref());
    if (events.has("retry")) events.emit("retry", { ...this.#contextOf(call), waitMs, error });
    return true;
  }

  #next(call: Call): void {
    this.#resting.delete(call);
    call.attempt += 1;
    this.#pool.dispatcher.move([call]);
  }

  /** Sees to it that a call doesn't run, or is told to end. */
  #withdraw(call: Call, error: Error): void {
    const { handle, live, state } = call;
    if (state !== SENT || handle === undefined || live === undefined) {
      this.#withdrawWaiting(call);
    } else if (live.takeBack(call)) {
      call.state = WAITING;
      handle.rest(tickNow());
      this.#pool.dispatcher.pump(handle);
    } else {
      const ghost = this.#abandon(call, handle, live, this.#graceOf(call));
      handle.abort(ghost, error);
    }
  }

  /** The call itself may be sent again: what the worker still runs gets a stand-in, and so much time to end. */
  #abandon(call: Call, handle: WorkerHandle, live: LiveWorker, graceMs: number): Call {
    const ghost = call.ghost();
    live.slots.replace(call, ghost);
    call.state = WAITING;
    handle.rested.resolve();
    const { options, grace } = this.#pool;
    if (options.concurrency === 1 && options.engine.wire !== "reference") grace.watch(ghost, handle, graceMs);
    return ghost;
  }

  #graceOf(call: Call): number {
    return call.extras?.graceMs ?? this.#pool.options.graceMs;
  }

  #withdrawWaiting(call: Call): void {
    const timer = this.#resting.get(call);
    if (timer === undefined) {
      this.#pool.forget(call);
    } else {
      clearTimeout(timer);
      this.#resting.delete(call);
    }
  }

  #ruleOf(call: Call): RetryRule | undefined {
    const own = call.extras?.retry;
    return own === undefined ? this.#pool.options.retry[call.methodIndex] : own.rule;
  }

  #contextOf(call: Call): RetryContext {
    return { callId: call.number, method: this.#pool.ledger.methodOf(call), attempt: call.attempt };
  }
}

/** The last failure, knowing the ones before it. */
function withHistory(call: Call, failure: unknown): unknown {
  const previous = call.extras?.errors ?? [];
  if (previous.length === 0) return failure;
  if (!(failure instanceof RemoteFailure)) return withPrevious(failure, previous);
  return new RemoteFailure(() => withPrevious(failure.decode(), previous));
}
