import type { PackedOutcome } from "../control/controls.ts";
import { unwrapArguments } from "../future/unwrap.ts";
import { type Packed, pack, unpack } from "../protocol/packed.ts";
import { serializationError } from "../protocol/serialization-failure.ts";
import { decodeThrown, type WireThrown } from "../protocol/wire-error.ts";
import type { PoolCore } from "./pool.ts";
import type { CallCore } from "./pool-class.ts";
import type { WorkerHandle } from "./worker-handle.ts";

/** Takes the calls of `pool.broadcast`: every worker once, on the control lane, past what waits and runs. */
export class BroadcastCore implements CallCore {
  readonly #pool: PoolCore;

  constructor(pool: PoolCore) {
    this.#pool = pool;
  }

  call(methodIndex: number, args: readonly unknown[]): Promise<unknown[]> {
    return this.#pool.guarded(() => this.#all(methodIndex, args));
  }

  async #all(methodIndex: number, args: readonly unknown[]): Promise<unknown[]> {
    const { options, ledger } = this.#pool;
    if (this.#pool.closedBy !== undefined) throw this.#pool.closedBy;
    // Meanwhile the pool may stop, or its last worker die.
    const values = options.unwrapFutures ? await unwrapArguments(args) : args;
    const packed = this.#pack(methodIndex, values);
    const live = this.#live();
    ledger.enterBroadcast(live.length);
    const outcomes = await Promise.allSettled(live.map((handle) => this.#one(handle, methodIndex, packed)));
    const errors = outcomes.filter(({ status }) => status === "rejected");
    ledger.closeBroadcast(live.length - errors.length, errors.length);
    if (errors.length > 0) {
      const message = `"${options.methods[methodIndex]}" failed in ${errors.length} of ${live.length} workers.`;
      throw new AggregateError(
        errors.map((outcome) => (outcome as PromiseRejectedResult).reason),
        message,
      );
    }
    return outcomes.map((outcome) => (outcome as PromiseFulfilledResult<unknown>).value);
  }

  /** The workers that are there or will be. */
  #live(): readonly WorkerHandle[] {
    const { handles, closedBy, deadBecause } = this.#pool;
    if (closedBy !== undefined) throw closedBy;
    const live = handles.filter(({ state }) => state !== "dead");
    if (live.length === 0) throw deadBecause;
    return live;
  }

  #pack(methodIndex: number, values: readonly unknown[]): Packed {
    const { engine, methods } = this.#pool.options;
    try {
      // A clone made here fails here, and not where comlink sends it.
      if (engine.wire === "clone") structuredClone(values);
      return pack(values, engine.wire);
    } catch (error) {
      throw serializationError(methods[methodIndex] as string, "arguments", values, error, engine.wire);
    }
  }

  async #one(handle: WorkerHandle, methodIndex: number, packed: Packed): Promise<unknown> {
    const { options } = this.#pool;
    handle.total += 1;
    while (handle.state === "starting" || handle.state === "restarting") await handle.changed.wait();
    const { control } = handle;
    if (control === undefined) throw this.#pool.closedBy ?? handle.deadBecause;
    const request = { callId: this.#pool.nextNumber(), methodIndex };
    handle.begunBeside(performance.now());
    let hasFailed = true;
    try {
      const outcome = await control.call("broadcast", request, packed);
      const value = readOutcome(outcome, options.engine.wire, options.exported);
      hasFailed = false;
      return value;
    } finally {
      handle.endedBeside(performance.now(), hasFailed);
    }
  }
}

function readOutcome(
  outcome: PackedOutcome,
  wire: string,
  resolveExport: (name: string) => unknown,
): unknown {
  if ("value" in outcome) return unpack(outcome.value);
  const thrown = unpack(outcome.thrown);
  throw wire === "reference" ? thrown : decodeThrown(thrown as WireThrown, { resolveExport });
}
