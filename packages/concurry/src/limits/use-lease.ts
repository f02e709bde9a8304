import { show } from "../util/show.ts";
import type { AcquireOptions, Lease, LimitRequest, Limits } from "./limits.ts";

/** Takes from `limits`, runs `fn`, gives back, whatever `fn` does. */
export async function useLease<T>(
  limits: Pick<Limits, "acquire">,
  request: LimitRequest | undefined,
  fn: (lease: Lease) => T | Promise<T>,
  options: AcquireOptions | undefined,
): Promise<T> {
  if (typeof fn !== "function") throw noFunction(fn);
  const lease = await limits.acquire(request, options);
  try {
    return await fn(lease);
  } finally {
    lease.release();
  }
}

function noFunction(given: unknown): TypeError {
  return new TypeError(
    `use() of limits must be given a function after the request, got ${show(given)}; ` +
      "write use(request, (lease) => …), or acquire(request) for the lease alone",
  );
}
