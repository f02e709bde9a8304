import { readOutcome } from "../control/outcome.ts";
import { SerializationError, StoppedError } from "../errors/call-errors.ts";
import { findPromises, unwrapArguments } from "../future/unwrap.ts";
import type { LentArguments } from "../protocol/lent-arguments.ts";
import { type Packed, pack } from "../protocol/packed.ts";
import { serializationError } from "../protocol/serialization-failure.ts";
import { unlessAborted } from "../util/unless-aborted.ts";
import type { BroadcastEnd } from "./ledger.ts";
import type { Borrower } from "./loans.ts";
import type { PoolCore } from "./pool.ts";
import type { CallCore } from "./pool-class.ts";
import type { WorkerHandle } from "./worker-handle.ts";

interface PackedArguments {
  readonly packed: Packed;
  readonly lends: boolean;
}

/** A broadcast has one attempt, and its functions run for any of the workers until all are done. */
const ALL_WORKERS: Borrower = { isRunning: () => true, onBegun: () => {} };

/** Takes the calls of `pool.broadcast`: every worker once, on the control lane, past what waits and runs. */
export class BroadcastCore implements CallCore {
  readonly #pool: PoolCore;

  constructor(pool: PoolCore) {
    this.#pool = pool;
  }

  call(methodIndex: number, args: readonly unknown[]): Promise<unknown[]> {
    return this.#pool.guarded(() => this.#all(methodIndex, args));
  }

  /** A broadcast is one answer of each worker; of many items from many workers it would be none. */
  stream(methodIndex: number): never {
    const name = this.#pool.options.methods[methodIndex];
    throw new TypeError(
      `"${name}" is a generator method, which can't be broadcast: iterate pool.workers[i].${name}(…) of each worker.`,
    );
  }

  /** The same for one worker. */
  async callOne(handle: WorkerHandle, methodIndex: number, args: readonly unknown[]): Promise<unknown> {
    const owner = this.#pool.nextNumber();
    const packed = this.#packed(owner, methodIndex, args);
    try {
      return await this.#counted(this.#one(handle, methodIndex, packed));
    } finally {
      this.#pool.lending.release(owner);
    }
  }

  async #all(methodIndex: number, args: readonly unknown[]): Promise<unknown[]> {
    const { options } = this.#pool;
    const live = this.#live();
    // Made at once, so that what changes later changes nothing; those that wait are counted as they settle.
    const owner = this.#pool.nextNumber();
    const packed = this.#packed(owner, methodIndex, args);
    const parts = live.map((handle) => this.#counted(this.#one(handle, methodIndex, packed)));
    const [, ...settled] = await Promise.allSettled([packed, ...parts]);
    this.#pool.lending.release(owner);
    const outcomes = settled.filter((outcome) => outcome.status === "rejected" || outcome.value !== ASLEEP);
    const errors = outcomes.filter((outcome) => outcome.status === "rejected").map(({ reason }) => reason);
    // What was wrong before any worker was reached is one error, not one for each; also where none is there.
    if (errors.every((error) => error === errors[0])) await packed;
    if (errors.length === 0)
      return outcomes.map((outcome) => (outcome as PromiseFulfilledResult<unknown>).value);
    const message = `"${options.methods[methodIndex]}" failed in ${errors.length} of ${outcomes.length} workers.`;
    throw new AggregateError(errors, message);
  }

  /** Enters the part of one worker, and crosses it out when it has settled. */
  async #counted(part: Promise<unknown>): Promise<unknown> {
    const { ledger, cut } = this.#pool;
    ledger.enterBroadcast();
    let status: BroadcastEnd = "completed";
    try {
      const value = await part;
      if (value === ASLEEP) status = "left out";
      return value;
    } catch (error) {
      status = cut.signal.aborted ? "cancelled" : "failed";
      throw error;
    } finally {
      ledger.closeBroadcast(status);
    }
  }

  async #packed(owner: number, methodIndex: number, args: readonly unknown[]): Promise<PackedArguments> {
    const given = this.#valuesOf(args);
    const values = given instanceof Promise ? await given : given;
    const lent = this.#lend(owner, methodIndex, values);
    return { lends: lent !== undefined, packed: this.#pack(methodIndex, values, lent) };
  }

  /** Functions can be run for all workers; an iterable can't be gone through by each. */
  #lend(owner: number, methodIndex: number, values: readonly unknown[]): LentArguments | undefined {
    const { options, lending } = this.#pool;
    if (options.engine.wire === "reference") return undefined;
    const lent = lending.lend(owner, values, ALL_WORKERS);
    if (lent?.standIns.some(({ kind }) => kind === "iterable")) {
      lending.release(owner);
      const method = options.methods[methodIndex] as string;
      const message = `An iterable can't be sent to all workers by broadcast.${method}(): it can be gone through only once. Give each worker one of its own: pool.workers[i].${method}().`;
      throw new SerializationError(message, { method });
    }
    return lent;
  }

  /** Arguments without promises are read at once, as those of any call. */
  #valuesOf(args: readonly unknown[]): readonly unknown[] | Promise<readonly unknown[]> {
    if (!this.#pool.options.unwrapFutures || !findPromises(args)) return args;
    return this.#unlessCut(unwrapArguments(args));
  }

  /** Waits for a promise, but not longer than the pool lets anybody wait. */
  #unlessCut<T>(promise: Promise<T>): Promise<T> {
    return unlessAborted(promise, this.#pool.cut.signal);
  }

  /** The workers that are there or will be. */
  #live(): readonly WorkerHandle[] {
    const { places, closedBy, deadBecause } = this.#pool;
    if (closedBy !== undefined) throw closedBy;
    const live = places.handles.filter(({ state }) => state !== "dead");
    if (live.length === 0) throw deadBecause;
    return live.filter((handle) => !fallsAsleep(handle));
  }

  #pack(methodIndex: number, values: readonly unknown[], lent: LentArguments | undefined): Packed {
    const { engine, methods } = this.#pool.options;
    try {
      return pack(lent ?? values, engine.wire);
    } catch (error) {
      const method = methods[methodIndex] as string;
      throw serializationError(method, "arguments", lent?.value ?? values, error, engine.wire);
    }
  }

  async #one(handle: WorkerHandle, methodIndex: number, packing: Promise<PackedArguments>): Promise<unknown> {
    const { options } = this.#pool;
    const { packed, lends } = await packing;
    while (handle.isChanging) await this.#unlessCut(handle.changed.wait());
    if (fallsAsleep(handle)) return ASLEEP;
    handle.total += 1;
    this.#pool.balancer.workerChanged?.(handle.index);
    const { control } = handle;
    if (control === undefined) throw this.#pool.closedBy ?? handle.deadBecause ?? gone(options.name, handle);
    const request = { callId: this.#pool.nextNumber(), methodIndex, lends };
    const { id } = handle;
    handle.begunBeside(performance.now());
    let hasFailed = true;
    try {
      const outcome = await this.#unlessCut(control.call("broadcast", request, packed));
      const value = readOutcome(outcome, options.engine.wire, options.exported);
      hasFailed = false;
      return value;
    } finally {
      // A worker that has come in its place meanwhile knows nothing of it.
      if (handle.id === id) handle.endedBeside(performance.now(), hasFailed);
    }
  }
}

/** Whether no worker is at a place, or one that ends and that none follows unasked. */
function fallsAsleep({ state, isAtRest, successor }: WorkerHandle): boolean {
  return state === "asleep" || (state === "draining" && isAtRest && successor === "on demand");
}

/** Stands for the result of a worker that fell asleep before it could be asked. */
const ASLEEP: unique symbol = Symbol("asleep");

/** For a worker that ended before it could be asked, where one is started for calls only. */
function gone(poolName: string, { index }: WorkerHandle): StoppedError {
  return new StoppedError(`Worker ${index} of "${poolName}" has ended.`);
}
