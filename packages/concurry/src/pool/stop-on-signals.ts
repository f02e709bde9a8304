import { constants } from "node:os";
import { realm } from "../protocol/realm.ts";
import { milliseconds, outOfRange, wrongType } from "../util/check.ts";
import { checkRecord } from "../util/check-record.ts";
import { nearest } from "../util/nearest.ts";
import { isInsideWorker } from "./nested.ts";
import type { StopOptions } from "./pool-type.ts";

/** A pool of any kind, or something else that is stopped like one. */
export interface StoppablePool {
  stop(options?: StopOptions): Promise<void>;
}

/** How `stopOnSignals` does it. */
export interface StopOnSignalsOptions {
  /** The signals that stop the pools. At least one; not `SIGKILL` and `SIGSTOP`. Default `["SIGINT", "SIGTERM"]`. */
  readonly signals?: readonly NodeJS.Signals[];
  /** Milliseconds after the first signal when draining turns into cancelling. 0 or more. Default 30 000. */
  readonly timeoutMs?: number;
}

const UNCATCHABLE = ["SIGKILL", "SIGSTOP"];
const STOPPING_KEY = "stopping on signals";

/**
 * Stops pools before a signal ends the program: at the first signal they finish the calls that they have accepted, at
 * the second they cancel them. Then the signal is raised once more, so that the program ends by it as it would have.
 *
 * To be called in the program's main thread; inside a worker it does nothing, since pools of a worker end with it.
 *
 * @param pools A pool, or an array of them; they stop at the same time.
 * @param options.signals The signals to listen to. Default `["SIGINT", "SIGTERM"]`.
 * @param options.timeoutMs Milliseconds after the first signal when draining turns into cancelling. 0 or more. Default
 * 30 000.
 * @returns To be disposed of when signals are to end the program at once again. It keeps no program alive, and once a
 * signal has come disposing changes nothing.
 * @throws {TypeError} For what is no pool, an unknown option, or one of the wrong type.
 * @throws {RangeError} For an unknown signal, one that no program can listen to, or a time that is out of range.
 * @example
 * const listening = stopOnSignals(pool, { timeoutMs: 10_000 });
 * const vectors = await Promise.all(["a", "b"].map((text) => pool.embed(text)));
 * listening[Symbol.dispose]();
 */
export function stopOnSignals(
  pools: StoppablePool | readonly StoppablePool[],
  options: StopOnSignalsOptions = {},
): Disposable {
  const list = checkPools(pools);
  const { signals = ["SIGINT", "SIGTERM"], ...limit } = checkOptions(options);
  const handling = new SignalHandling(list, new Set(signals), limit);
  if (!isInsideWorker()) handling.listen();
  return handling;
}

/** One call of `stopOnSignals`. */
class SignalHandling implements Disposable {
  readonly #pools: readonly StoppablePool[];
  readonly #signals: ReadonlySet<NodeJS.Signals>;
  readonly #limit: Pick<StopOptions, "timeoutMs">;
  readonly #listener = (signal: NodeJS.Signals): void => this.#hear(signal);
  #hasHeard = false;

  constructor(
    pools: readonly StoppablePool[],
    signals: ReadonlySet<NodeJS.Signals>,
    limit: Pick<StopOptions, "timeoutMs">,
  ) {
    this.#pools = pools;
    this.#signals = signals;
    this.#limit = limit;
  }

  listen(): void {
    for (const signal of this.#signals) process.on(signal, this.#listener);
  }

  [Symbol.dispose](): void {
    if (!this.#hasHeard) this.#leave();
  }

  #leave(): void {
    for (const signal of this.#signals) process.off(signal, this.#listener);
  }

  #hear(signal: NodeJS.Signals): void {
    if (this.#hasHeard) void stopAll(this.#pools, { mode: "cancel" });
    else void this.#drain(signal);
  }

  async #drain(signal: NodeJS.Signals): Promise<void> {
    this.#hasHeard = true;
    stopping().add(this);
    await stopAll(this.#pools, { mode: "drain", ...this.#limit });
    // Those who waited for the pools, too, go on first: they may have something to say.
    setImmediate(() => {
      stopping().delete(this);
      this.#leave();
      // Others still stop their pools at the same signal; the last one raises it.
      if (stopping().size === 0) process.kill(process.pid, signal);
    });
  }
}

/** Who stops pools at a signal now; one list for all copies of the package. */
function stopping(): Set<object> {
  const { registries } = realm();
  const known = registries.get(STOPPING_KEY) as Set<object> | undefined;
  const created = known ?? new Set();
  if (known === undefined) registries.set(STOPPING_KEY, created);
  return created;
}

/** A pool that fails to stop keeps the others from nothing. */
async function stopAll(pools: readonly StoppablePool[], options: StopOptions): Promise<void> {
  const ends = await Promise.allSettled(pools.map(async (pool) => pool.stop(options)));
  for (const end of ends) {
    if (end.status === "fulfilled") continue;
    process.emitWarning(end.reason instanceof Error ? end.reason : String(end.reason));
  }
}

function checkPools(pools: StoppablePool | readonly StoppablePool[]): readonly StoppablePool[] {
  if (!Array.isArray(pools)) return [checkPool("pools", "a pool or an array of pools", pools)];
  return pools.map((pool, index) => checkPool(`pools[${index}]`, "a pool", pool));
}

function checkPool(name: string, wanted: string, value: unknown): StoppablePool {
  const pool = value as StoppablePool | null | undefined;
  if (typeof pool === "object" && typeof pool?.stop === "function") return pool;
  throw wrongType(name, wanted, value);
}

function checkOptions(options: StopOnSignalsOptions): StopOnSignalsOptions {
  return checkRecord("stopOnSignals()", "option", options, {
    signals: checkSignals,
    timeoutMs: (value) => milliseconds("timeoutMs", value, 0),
  });
}

function checkSignals(value: unknown): void {
  if (!Array.isArray(value)) throw wrongType("signals", "an array of signals", value);
  if (value.length === 0) throw outOfRange("signals", "an array of at least one signal", value);
  for (const [index, signal] of value.entries()) checkSignal(`signals[${index}]`, signal);
}

function checkSignal(name: string, signal: unknown): void {
  if (typeof signal !== "string") throw wrongType(name, 'the name of a signal, as "SIGINT"', signal);
  const known = Object.keys(constants.signals);
  if (!known.includes(signal)) {
    const meant = nearest(signal, known);
    const hint = meant === undefined ? "" : `; did you mean "${meant}"?`;
    throw new RangeError(`${outOfRange(name, "a signal of this platform", signal).message}${hint}`);
  }
  if (UNCATCHABLE.includes(signal)) throw outOfRange(name, "a signal that a program can listen to", signal);
}
