import type { Limits } from "../../src/limits/limits.ts";

/**
 * Keeps all leases of some limits from becoming garbage, which would release them in the middle of a test.
 */
export function keeping<Some extends Limits>(limits: Some): Some {
  const kept: unknown[] = [];
  for (const name of ["acquire", "tryAcquire", "tryAcquireSync"] as const) {
    const original = limits[name] as (...values: unknown[]) => unknown;
    const keep = (...values: unknown[]): unknown => {
      const lease = original.apply(limits, values);
      kept.push(lease);
      return lease;
    };
    Object.defineProperty(limits, name, { value: keep });
  }
  return limits;
}
