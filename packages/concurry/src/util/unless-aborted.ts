import { onAbort } from "./abort.ts";
import { deferred } from "./deferred.ts";

/** Waits for a promise until the signal aborts; then rejects with its reason, or with an error of the caller's. */
export async function unlessAborted<T>(
  promise: Promise<T>,
  signal: AbortSignal,
  errorOf: (reason: unknown) => unknown = (reason) => reason,
): Promise<T> {
  const aborted = deferred<never>();
  const ignore = onAbort(signal, (reason) => aborted.reject(errorOf(reason)));
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    ignore();
  }
}
