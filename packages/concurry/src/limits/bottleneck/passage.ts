import { LimitError } from "concurry";
import { onAbort } from "../../util/abort.ts";
import { LONGEST_MS } from "../../util/check.ts";
import type { BottleneckLimiter } from "./limiter-shape.ts";

/** How the wait of a call ended. */
export type WaitEnd = "granted" | "refused" | "timedOut" | "cancelled";

/** A call on its way through a limiter. */
export interface Passage {
  readonly limiter: BottleneckLimiter;
  readonly weight: number;
  /** Name of the gate. */
  readonly key: string;
  readonly timeoutMs: number | undefined;
  /** Not aborted yet. */
  readonly signal: AbortSignal;
  /** Told once, in the turn in which the wait ends. */
  readonly ended: (end: WaitEnd) => void;
}

/**
 * Waits until a limiter starts the job that stands for a call; the job ends with the returned function.
 *
 * Bottleneck takes no job back: that of a call which has gone stays in its queue, and ends as soon as it is started.
 *
 * @throws What the limiter dropped the job with, or the reason of `signal`.
 * @throws {LimitError} `LIMIT_TIMEOUT`.
 */
export function pass({ limiter, weight, key, timeoutMs, signal, ended }: Passage): Promise<() => void> {
  return new Promise((resolve, reject) => {
    let isWaiting = true;
    const stopWaiting = (end: WaitEnd): boolean => {
      if (!isWaiting) return false;
      isWaiting = false;
      clearTimeout(timer);
      stopListening();
      ended(end);
      return true;
    };
    const stopListening = onAbort(signal, (reason) => {
      if (stopWaiting("cancelled")) reject(reason);
    });
    const timer = waitTimer(timeoutMs, () => {
      if (stopWaiting("timedOut")) reject(timedOut(key, weight, timeoutMs));
    });
    const job = (): Promise<void> =>
      new Promise((end) => {
        if (stopWaiting("granted")) resolve(end);
        else end();
      });
    limiter.schedule({ weight }, job).then(undefined, (error: unknown) => {
      if (stopWaiting("refused")) reject(error);
    });
  });
}

/** Keeps the process alive while a call waits, which Bottleneck doesn't, and ends a wait that is limited. */
function waitTimer(timeoutMs: number | undefined, callback: () => void): NodeJS.Timeout {
  return timeoutMs === undefined ? setInterval(() => {}, LONGEST_MS) : setTimeout(callback, timeoutMs);
}

function timedOut(key: string, weight: number, timeoutMs: number | undefined): LimitError {
  const message = `Not granted within ${timeoutMs} ms: '${key}' (${weight})`;
  return new LimitError("LIMIT_TIMEOUT", message, {
    key,
    details: { timeoutMs, amounts: { [key]: weight } },
  });
}
