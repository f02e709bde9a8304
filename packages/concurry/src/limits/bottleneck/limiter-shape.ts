/** What an attempt asks of a limiter. */
export interface BottleneckJob {
  readonly weight: number;
}

/**
 * A `Bottleneck` of version 2, as far as it is used here.
 *
 * Written out, so that the types of this package need no other package, and any copy of Bottleneck fits.
 */
export interface BottleneckLimiter {
  schedule(job: BottleneckJob, task: () => PromiseLike<void>): Promise<void>;
}

/** A `Bottleneck.Group` of version 2, as far as it is used here. */
export interface BottleneckGroup {
  key(id: string): BottleneckLimiter;
}

/** Whether a value can be used as a limiter. */
export function isLimiter(value: unknown): value is BottleneckLimiter {
  return typeof (value as Partial<BottleneckLimiter> | null | undefined)?.schedule === "function";
}

/** Whether a value can be used as a group of limiters. */
export function isGroup(value: unknown): value is BottleneckGroup {
  return (
    !isLimiter(value) && typeof (value as Partial<BottleneckGroup> | null | undefined)?.key === "function"
  );
}

/** Whether a limiter or group counts in Redis: its scripts hang on fractions. */
export function isInRedis(value: BottleneckLimiter | BottleneckGroup): boolean {
  const { datastore, connection } = value as { readonly datastore?: unknown; readonly connection?: unknown };
  return (
    datastore === "redis" || datastore === "ioredis" || (connection !== undefined && connection !== null)
  );
}
