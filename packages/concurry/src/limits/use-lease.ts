import type { AcquireOptions, Lease, LimitRequest, Limits } from "./limits.ts";

/** Takes from `limits`, runs `fn`, gives back, whatever `fn` does. */
export async function useLease<T>(
  limits: Pick<Limits, "acquire">,
  request: LimitRequest | undefined,
  fn: (lease: Lease) => T | Promise<T>,
  options: AcquireOptions | undefined,
): Promise<T> {
  const lease = await limits.acquire(request, options);
  try {
    return await fn(lease);
  } finally {
    lease.release();
  }
}
