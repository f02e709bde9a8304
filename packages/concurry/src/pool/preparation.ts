import { LENDS, SEVERAL } from "../protocol/frame.ts";
import type { LentArguments } from "../protocol/lent-arguments.ts";
import { serializationError } from "../protocol/serialization-failure.ts";
import { tickNow } from "../util/clock.ts";
import { AwaitingCalls } from "./awaiting-calls.ts";
import type { Call } from "./call.ts";
import type { PoolCore } from "./pool.ts";
import { type CallWay, holdsPromise, lendArguments, prepareCall } from "./prepare-call.ts";

/** Makes the arguments of a pool's calls ready to travel, and then hands the calls to the dispatcher. */
export class Preparation {
  readonly #pool: PoolCore;
  readonly #way: CallWay;
  readonly #awaiting: AwaitingCalls;

  constructor(pool: PoolCore) {
    this.#pool = pool;
    const { options, lending, balancer } = pool;
    this.#way = { wire: options.engine.wire, unwraps: options.unwrapFutures, lending };
    this.#awaiting = new AwaitingCalls(balancer);
  }

  /** A call whose worker is chosen. */
  begin(call: Call, args: readonly unknown[]): void {
    if (this.#prepare(call, args)) this.#submit(call);
  }

  /** Makes the arguments of a call ready to be used in this turn; false when that can't be. */
  tryNow(call: Call, args: readonly unknown[]): boolean {
    try {
      return prepareCall(call, args, this.#way);
    } catch {
      return false; // on the long way they fail again, and the call with them
    }
  }

  /** Calls that wait for promises among their arguments. */
  list(): Call[] {
    return this.#awaiting.list();
  }

  /** Lets go of a call; false when it waited for none of its arguments. */
  forget(call: Call): boolean {
    return this.#awaiting.delete(call);
  }

  /**
   * The values of a call can't be copied: for what can be lent, or a promise among them, or for good.
   *
   * @returns Whether it can be sent now.
   */
  unsendable(call: Call, error: unknown): boolean {
    const { lending, unwraps, wire } = this.#way;
    const isLent = (call.op & LENDS) !== 0;
    const value = isLent ? (call.payload as LentArguments).value : call.payload;
    const list = call.op & SEVERAL ? (value as unknown[]) : [value];
    const mustWait = unwraps && holdsPromise(list);
    if (!mustWait && !isLent && lendArguments(call, list, lending)) return true;
    call.handle?.rest(tickNow());
    if (mustWait) {
      this.#await(call, list);
      return false;
    }
    const { ledger } = this.#pool;
    const place = call.op & SEVERAL ? "arguments" : "argument";
    const method = ledger.methodOf(call);
    ledger.reject(call, serializationError(method, place, value, error, wire, call.transfer));
    return false;
  }

  /** False when the call waits for promises among its arguments, or is over. */
  #prepare(call: Call, args: readonly unknown[]): boolean {
    try {
      if (prepareCall(call, args, this.#way)) return true;
      this.#await(call, args);
    } catch (error) {
      // Reading the arguments runs their getters.
      this.#pool.ledger.reject(call, error);
    }
    return false;
  }

  /** A getter among the arguments, or a balancer, may have cancelled the call. */
  #submit(call: Call): void {
    if (!call.isSettled) this.#pool.dispatcher.submit(call);
  }

  #await(call: Call, args: readonly unknown[]): void {
    this.#awaiting.add(
      call,
      args,
      (values) => {
        if (!this.#prepare(call, values)) return;
        // Its worker was chosen when the call was made; it may be dead by now.
        const { handle } = call;
        const hasWorker = handle !== undefined && handle.state !== "dead" && !handle.isLeaving;
        if (hasWorker) this.#submit(call);
        else this.#pool.dispatcher.move([call]);
      },
      (error) => this.#pool.ledger.reject(call, error),
    );
  }
}
