import { CancelledError, TimeoutError } from "../errors/call-errors.ts";
import { isApart } from "../limits/apart.ts";
import { CallCharge } from "../limits/call-charge.ts";
import type { Grant } from "../limits/grant.ts";
import type { AnswerRecord } from "../limits/limit-records.ts";
import type { Limits } from "../limits/limits.ts";
import { LimitsDesk } from "../limits/limits-desk.ts";
import type { LimitsHome } from "../limits/limits-home.ts";
import { type LimitsContext, LocalLimits } from "../limits/local-limits.ts";
import type { HostContext } from "../protocol/call-context.ts";
import { realm } from "../protocol/realm.ts";
import type { Call } from "./call.ts";
import { enterGates, type GatePass } from "./gate-pass.ts";
import type { PoolCore } from "./pool.ts";
import type { WorkerHandle } from "./worker-handle.ts";

/** What a call has to do with limits, from the moment it is to be sent until its attempt has ended. */
interface Charged {
  readonly call: Call;
  readonly charge: CallCharge;
  gates: GatePass | undefined;
  /** Ends its wait. */
  stopWaiting: ((reason: unknown) => void) | undefined;
}

/** Whether a call may be sent: at once, when its turn comes, or not at all. */
export type Admission = "now" | "later" | "never";

/** Charges a pool's calls for limits before they are sent, and knows what each of them has been charged. */
export class Charging {
  readonly #pool: PoolCore;
  readonly #home: LimitsHome;
  readonly #charged = new Map<number, Charged>();

  constructor(pool: PoolCore, home: LimitsHome) {
    this.#pool = pool;
    this.#home = home;
  }

  /** Calls that wait for gates or limits. */
  list(): Call[] {
    const waiting = [...this.#charged.values()].filter(({ stopWaiting }) => stopWaiting !== undefined);
    return waiting.map(({ call }) => call);
  }

  /**
   * Whether the call may be sent now. If later, `proceed` is called when it may; one that never may has been rejected.
   *
   * A call that moves to another worker keeps its charge.
   */
  admits(call: Call, handle: WorkerHandle, proceed: () => void): Admission {
    const known = this.#charged.get(call.number);
    if (known !== undefined) return known.stopWaiting === undefined ? "now" : "later";
    const charge = new CallCharge(call.number, this.#pool.ledger.methodOf(call));
    const charged: Charged = { call, charge, gates: undefined, stopWaiting: undefined };
    this.#charged.set(call.number, charged);
    if (this.#home.gates.length > 0) {
      this.#passGates(charged, handle, proceed);
      return "later";
    }
    return this.#charge(charged, handle, proceed);
  }

  /**
   * The attempt has ended, or will never start: its gates are left; if it was cut short, its waits end. Charges of rates
   * stay.
   */
  ended(call: Call, reason?: unknown): void {
    const charged = this.#charged.get(call.number);
    if (charged === undefined) return;
    this.#charged.delete(call.number);
    charged.stopWaiting?.(reason);
    // What a method that has returned goes on waiting for is its own affair.
    if (reason !== undefined && isCutShort(reason)) charged.charge.cancelWaits(reason);
    charged.gates?.leave();
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
      const charged = this.#charged.get(current.callId);
      const label = `${options.name}.${current.method}()`;
      if (charged === undefined) return { ...idle, label };
      return {
        ...idle,
        call: charged.charge,
        priority: clamp(charged.call.priority),
        label,
        onWaited: (grant) => this.#tellWaited(charged.call, handle, grant),
      };
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
      callOf: (callId) => {
        const charged = this.#charged.get(callId);
        return charged === undefined
          ? undefined
          : { charge: charged.charge, priority: clamp(charged.call.priority) };
      },
      onWaited: (callId, grant) => {
        const charged = this.#charged.get(callId);
        if (charged !== undefined) this.#tellWaited(charged.call, handle, grant);
      },
    });
  }

  #passGates(charged: Charged, handle: WorkerHandle, proceed: () => void): void {
    const { call } = charged;
    const aborter = new AbortController();
    charged.stopWaiting = (reason) => aborter.abort(reason);
    const facts = {
      callId: call.number,
      method: this.#pool.ledger.methodOf(call),
      attempt: call.attempt,
      workerIndex: handle.index,
    };
    enterGates(this.#home.gates, facts, aborter.signal).then(
      (gates) => {
        charged.gates = gates;
        charged.stopWaiting = undefined;
        if (aborter.signal.aborted) gates.leave();
        else if (this.#charge(charged, handle, proceed) === "now") proceed();
      },
      (error: unknown) => this.#refused(charged, error),
    );
  }

  #charge(charged: Charged, handle: WorkerHandle, proceed: () => void): Admission {
    const target = this.#home.targetOf(handle);
    const { call, charge } = charged;
    if (!target.chargesCall(charge.method)) return "now";
    const ask = {
      amounts: undefined,
      call: charge,
      isCallCharge: true,
      owner: undefined,
      parent: undefined,
      priority: clamp(call.priority),
      timeoutMs: undefined,
      signals: [],
      chosen: undefined,
      prepared: undefined,
    };
    try {
      if (target.take(ask) !== undefined) return "now";
      const wait = target.wait(ask, {
        granted: (grant) => {
          charged.stopWaiting = undefined;
          this.#tellWaited(call, handle, grant);
          proceed();
        },
        refused: (reason) => this.#refused(charged, reason),
      });
      charged.stopWaiting = (reason) => wait.cancel(reason);
      return "later";
    } catch (error) {
      this.#refused(charged, error);
      return "never";
    }
  }

  #refused(charged: Charged, error: unknown): void {
    charged.stopWaiting = undefined;
    const { call } = charged;
    if (this.#charged.get(call.number) !== charged) return;
    this.letGo(call);
    this.#pool.attempts.failed(call, error);
  }

  #tellWaited(call: Call, handle: WorkerHandle, grant: Grant): void {
    const { events, ledger } = this.#pool;
    if (!events.has("limitWait")) return;
    events.emit("limitWait", {
      callId: call.number,
      method: ledger.methodOf(call),
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

const MOST_PRIORITY = 8;

/** The priorities that limits know. */
function clamp(priority: number): number {
  return Math.min(MOST_PRIORITY, Math.max(-MOST_PRIORITY, priority));
}
