import { CancelledError, TimeoutError } from "../errors/call-errors.ts";
import { isApart } from "../limits/apart.ts";
import { askForCall } from "../limits/ask.ts";
import { CallCharge } from "../limits/call-charge.ts";
import type { Grant } from "../limits/grant.ts";
import type { AnswerRecord } from "../limits/limit-records.ts";
import type { Limits } from "../limits/limits.ts";
import { type CallPlace, LimitsDesk } from "../limits/limits-desk.ts";
import type { LimitsHome } from "../limits/limits-home.ts";
import type { LimitsContext } from "../limits/local-lease.ts";
import { LocalLimits } from "../limits/local-limits.ts";
import { PaidCalls } from "../limits/paid-calls.ts";
import type { HostContext } from "../protocol/call-context.ts";
import { realm } from "../protocol/realm.ts";
import { AttemptCharge } from "./attempt-charge.ts";
import type { Call } from "./call.ts";
import { enterGates } from "./gate-pass.ts";
import type { PoolCore } from "./pool.ts";
import type { WorkerHandle } from "./worker-handle.ts";

/** Whether a call may be sent: at once, when its turn comes, or not at all. */
export type Admission = "now" | "later" | "never";

/**
 * Charges a pool's calls for limits before they are sent, and knows what each of them has been charged.
 *
 * A call that is charged at once only notes that it was; what it needs to take limits itself is made when it does.
 */
export class Charging {
  readonly #pool: PoolCore;
  readonly #home: LimitsHome;
  readonly #waiting = new Set<AttemptCharge>();

  constructor(pool: PoolCore, home: LimitsHome) {
    this.#pool = pool;
    this.#home = home;
  }

  /** Calls that wait for gates or limits. */
  list(): Call[] {
    return Array.from(this.#waiting, ({ call }) => call);
  }

  /**
   * Whether the call may be sent now. If later, the dispatcher is told when it may; one that never may has been rejected.
   *
   * A call that moves to another worker keeps its charge.
   */
  admits(call: Call, handle: WorkerHandle): Admission {
    const known = call.charge;
    if (known !== undefined)
      return known instanceof AttemptCharge && known.stopWaiting !== undefined ? "later" : "now";
    const paid = this.#paidCalls(call, handle);
    if (paid?.charge(handle.live?.connection.info.isImmediate === true)) {
      call.charge = paid;
      return "now";
    }
    const charge = new CallCharge(call.number, this.#pool.ledger.methodOf(call));
    const charged = new AttemptCharge(call, charge);
    call.charge = charged;
    if (this.#home.gates.length === 0) return this.#charge(charged, handle);
    this.#passGates(charged, handle);
    return "later";
  }

  /**
   * The attempt has ended, or will never start: its gates are left; if it was cut short, its waits end. Charges of rates
   * stay.
   */
  ended(call: Call, reason?: unknown): void {
    const { charge } = call;
    call.charge = undefined;
    if (!(charge instanceof AttemptCharge)) return;
    const { stopWaiting } = charge;
    this.#goOn(charge);
    stopWaiting?.(reason);
    // What a method that has returned goes on waiting for is its own affair.
    if (reason !== undefined && isCutShort(reason)) charge.charge.cancelWaits(reason);
    charge.gates?.leave();
  }

  /** A call that waited will not be sent: others get the room that was kept for it. */
  letGo(call: Call): void {
    const { handle, isReserved } = call;
    const { dispatcher } = this.#pool;
    dispatcher.unreserve(call);
    // Later: whoever cancels many at once doesn't mean that the ones behind the first should go.
    if (isReserved && handle !== undefined) queueMicrotask(() => dispatcher.pump(handle));
  }

  /** A worker of the caller's own realm has ended. */
  ownerGone(handle: WorkerHandle): void {
    this.#home.targetOf(handle).ownerGone(handle.id);
  }

  /** What a worker of the caller's own realm takes from. */
  localLimits(handle: WorkerHandle): Limits {
    const { options } = this.#pool;
    const idle = { label: `${options.name}.constructor()`, owner: handle.id };
    const context = (): LimitsContext => {
      const current = isApart() ? undefined : (realm().callContext?.() as HostContext | undefined);
      if (current?.isInline !== true || current.workerId !== handle.id) return idle;
      // A call that was cut short may go on for a while; it gets no more.
      if (current.isAborted) throw current.signal.reason;
      const charged = this.#chargeOf(handle, current);
      const label = `${options.name}.${current.method}()`;
      if (charged === undefined) return { ...idle, label };
      const { charge: call, priority } = charged;
      return { ...idle, call, priority, label, onWaited: (grant) => this.#tellWaited(call, handle, grant) };
    };
    return new LocalLimits(this.#home.targetOf(handle), context, this.#home.sets);
  }

  /** Serves a worker of another thread or process. */
  deskFor(handle: WorkerHandle, send: (record: AnswerRecord) => void): LimitsDesk {
    return new LimitsDesk({
      target: this.#home.targetOf(handle),
      owner: handle.id,
      sets: this.#home.coresOf(handle),
      send,
      stats: () => this.#home.targetOf(handle).stats(),
      callOf: (place) => this.#chargeOf(handle, place),
      onWaited: (charge, grant) => this.#tellWaited(charge, handle, grant),
    });
  }

  #paidCalls({ methodIndex }: Call, handle: WorkerHandle): PaidCalls | null {
    const known = handle.paidCalls[methodIndex];
    if (known !== undefined) return known;
    const method = this.#pool.options.methods[methodIndex] as string;
    const hasGates = this.#home.gates.length > 0;
    const paid = hasGates ? null : (this.#home.targetOf(handle).paidCalls(method) ?? null);
    handle.paidCalls[methodIndex] = paid;
    return paid;
  }

  /**
   * What the attempt that asks from a place at a worker was charged; undefined when that has ended by itself.
   *
   * @throws {CancelledError} When it was cut short: whatever of it still runs gets no more.
   */
  #chargeOf({ live }: WorkerHandle, { callId, attempt, slot }: CallPlace): AttemptCharge | undefined {
    const call = live?.slots.at(slot);
    if (call?.number !== callId || call.attempt !== attempt) return undefined;
    if (call.isSettled)
      throw new CancelledError(`The call of "${this.#pool.ledger.methodOf(call)}" has ended.`);
    if (call.charge instanceof PaidCalls) call.charge = new AttemptCharge(call, call.charge.chargeOf(callId));
    return call.charge;
  }

  #passGates(charged: AttemptCharge, handle: WorkerHandle): void {
    const { call } = charged;
    const aborter = new AbortController();
    this.#wait(charged, (reason) => aborter.abort(reason));
    const facts = {
      callId: call.number,
      method: this.#pool.ledger.methodOf(call),
      attempt: call.attempt,
      workerIndex: handle.index,
    };
    enterGates(this.#home.gates, facts, aborter.signal).then(
      (gates) => {
        charged.gates = gates;
        this.#goOn(charged);
        if (aborter.signal.aborted) gates.leave();
        else if (this.#charge(charged, handle) === "now") this.#pool.dispatcher.proceed(call, handle);
      },
      (error: unknown) => this.#refused(charged, error),
    );
  }

  #charge(charged: AttemptCharge, handle: WorkerHandle): Admission {
    const target = this.#home.targetOf(handle);
    const { call, charge, priority } = charged;
    if (!target.chargesCall(charge.method)) return "now";
    const ask = askForCall(charge, { owner: undefined, priority, timeoutMs: undefined, signals: [] });
    try {
      if (target.take(ask) !== undefined) return "now";
      const wait = target.wait(ask, {
        granted: (grant) => {
          this.#goOn(charged);
          this.#tellWaited(charge, handle, grant);
          this.#pool.dispatcher.proceed(call, handle);
        },
        refused: (reason) => this.#refused(charged, reason),
      });
      this.#wait(charged, (reason) => wait.cancel(reason));
      return "later";
    } catch (error) {
      this.#refused(charged, error);
      return "never";
    }
  }

  #wait(charged: AttemptCharge, stop: (reason: unknown) => void): void {
    charged.stopWaiting = stop;
    this.#waiting.add(charged);
  }

  #goOn(charged: AttemptCharge): void {
    charged.stopWaiting = undefined;
    this.#waiting.delete(charged);
  }

  #refused(charged: AttemptCharge, error: unknown): void {
    this.#goOn(charged);
    const { call } = charged;
    if (call.charge !== charged) return;
    this.letGo(call);
    this.#pool.attempts.failed(call, error);
  }

  #tellWaited({ callId, method }: CallCharge, handle: WorkerHandle, grant: Grant): void {
    const { events } = this.#pool;
    if (!events.has("limitWait")) return;
    events.emit("limitWait", {
      callId,
      method,
      keys: grant.keys(),
      waitedMs: grant.waitedMs,
      workerIndex: handle.index,
    });
  }
}

/** Whether an attempt was ended from outside. */
function isCutShort(reason: unknown): boolean {
  return reason instanceof CancelledError || reason instanceof TimeoutError;
}
