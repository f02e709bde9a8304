import type { GatedCall, LimitGate, LimitStats } from "concurry";
import { Histogram } from "../../util/histogram.ts";
import { type BottleneckLimitOptions, type GateSettings, gateSettings } from "./gate-options.ts";
import { type BottleneckGroup, type BottleneckLimiter, isInRedis } from "./limiter-shape.ts";
import { pass, type WaitEnd } from "./passage.ts";
import { checkWeight } from "./weight.ts";

export type { BottleneckLimitOptions } from "./gate-options.ts";
export type { BottleneckGroup, BottleneckJob, BottleneckLimiter } from "./limiter-shape.ts";

/**
 * Puts a Bottleneck limiter, local or clustered in Redis, in front of a pool's calls.
 *
 * An attempt enters before any other limit is charged, and leaves when it has settled or its worker is gone. What the
 * limiter drops fails with Bottleneck's own error. The limiter stays yours: `stop` of the pool doesn't stop it.
 *
 * Good to know of Bottleneck 2.19.5, as measured:
 * - It takes 3 to 5 ms per call, and lets a few hundred calls per second in at most.
 * - A call that is cancelled or timed out while it waits leaves at once, but its place in Bottleneck's queue stays,
 *   and spends reservoir when its turn comes.
 * - A weight above the reservoir waits for ever, and so does all behind it: give `timeoutMs`. The same with
 *   `rejectOnDrop: false`, since a dropped call then never hears of it.
 * - `reservoirRefreshInterval` is looked at every 250 ms only, and its windows are fixed; `updateSettings` may end it.
 * - A `Group` forgets a limiter that has started nothing for the group's `timeout`, even while calls are inside:
 *   keep that above the longest call.
 * - In Redis: ioredis, or redis 3. The place of a program that was killed stays taken.
 *
 * @param limiter A `Bottleneck` or `Bottleneck.Group` of the package bottleneck, ^2.19.5.
 * @param options Weight, key and time limit; of a group also which limiter a call enters.
 * @returns A member for a list of limits.
 * @throws {TypeError | RangeError} When an argument is wrong; `code` is `"LIMIT_CONFIG"`. If it is not a limiter, the
 * message tells how to install Bottleneck.
 * @example
 * const limiter = new Bottleneck({ maxConcurrent: 2 });
 * const limited = Embedder.options({ mode: "thread", limits: [bottleneckLimit(limiter)] }).init("model.bin");
 */
export function bottleneckLimit(
  limiter: BottleneckLimiter | BottleneckGroup,
  options?: BottleneckLimitOptions,
): LimitGate {
  return new BottleneckGate(gateSettings(limiter, options));
}

class BottleneckGate implements LimitGate {
  readonly key: string;
  readonly #settings: GateSettings;
  readonly #waits: Histogram = new Histogram();
  readonly #ends: Record<WaitEnd, number> = { granted: 0, refused: 0, timedOut: 0, cancelled: 0 };
  #waiting = 0;
  #inUse = 0;

  constructor(settings: GateSettings) {
    this.key = settings.key;
    this.#settings = settings;
  }

  async enter(call: GatedCall, signal: AbortSignal): Promise<{ leave(): void }> {
    signal.throwIfAborted();
    const { key, timeoutMs, limiterOf, weightOf } = this.#settings;
    const limiter = limiterOf(call);
    const weight = checkWeight(key, weightOf(call), isInRedis(limiter));
    const startedAt = performance.now();
    this.#waiting += 1;
    const ended = (end: WaitEnd): void => {
      this.#waiting -= 1;
      this.#ends[end] += 1;
      if (end !== "granted") return;
      this.#waits.add(performance.now() - startedAt);
      this.#inUse += weight;
    };
    const endJob = await pass({ limiter, weight, key, timeoutMs, signal, ended });
    let isInside = true;
    const leave = (): void => {
      if (isInside) this.#inUse -= weight;
      isInside = false;
      endJob();
    };
    return { leave };
  }

  stats(): Partial<LimitStats> {
    const { granted, timedOut, cancelled } = this.#ends;
    const waitMs = this.#waits.summary();
    return { waiting: this.#waiting, inUse: this.#inUse, granted, timedOut, cancelled, waitMs };
  }
}
