/** How the wait between attempts grows. */
export type BackoffAlgorithm = "exponential" | "linear" | "fibonacci";

/** The numbers behind a wait. */
export interface Backoff {
  readonly algorithm: BackoffAlgorithm;
  /** Milliseconds before the second attempt, before jitter. */
  readonly waitMs: number;
  /** No wait is longer. */
  readonly maxWaitMs: number;
  /** Share of a wait that is left to chance, 0 to 1. */
  readonly jitter: number;
}

/**
 * Milliseconds to wait after attempt number `attempt` has failed.
 *
 * Linear w·k, exponential w·2^(k−1), fibonacci w·fib(k) with fib(1) = fib(2) = 1. With jitter j the wait is uniform in
 * [(1 − j)·wait, wait], so that callers that failed together don't come back together.
 *
 * @param random Gives a number in [0, 1).
 */
export function backoffMs(backoff: Backoff, attempt: number, random: () => number): number {
  // Growth may reach Infinity, of which 0 times is no number.
  if (backoff.waitMs === 0) return 0;
  const wait = Math.min(backoff.maxWaitMs, backoff.waitMs * factorOf(backoff.algorithm, attempt));
  return wait * (1 - backoff.jitter * random());
}

function factorOf(algorithm: BackoffAlgorithm, attempt: number): number {
  if (algorithm === "linear") return attempt;
  return algorithm === "exponential" ? 2 ** (attempt - 1) : fibonacci(attempt);
}

function fibonacci(place: number): number {
  let [current, next] = [1, 1];
  for (let at = 1; at < place; at += 1) [current, next] = [next, current + next];
  return current;
}
