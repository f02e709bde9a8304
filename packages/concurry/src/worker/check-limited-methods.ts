import { CallLimit } from "../limits/call-limit.ts";
import type { PoolLimits } from "../limits/limits-home.ts";
import { nearest } from "../util/nearest.ts";

/**
 * Checks that the limits of a pool's own list name methods that its class has: one of another name would limit nothing.
 * A set may be shared by pools of several classes, so what it names is not checked.
 *
 * @throws {TypeError} For a name that is no method; the message has the nearest one.
 */
export function checkLimitedMethods(
  className: string,
  limits: PoolLimits | undefined,
  methods: readonly string[],
): void {
  if (!Array.isArray(limits)) return;
  for (const limit of limits) {
    if (!(limit instanceof CallLimit)) continue;
    const unknown = limit.methods?.find((name) => !methods.includes(name));
    if (unknown === undefined) continue;
    const meant = nearest(unknown, methods);
    const hint = meant === undefined ? `it has ${methods.join(", ")}` : `did you mean "${meant}"?`;
    throw new TypeError(
      `CallLimit "${limit.key}" names a method "${unknown}" that ${className} doesn't have; ${hint}`,
    );
  }
}
