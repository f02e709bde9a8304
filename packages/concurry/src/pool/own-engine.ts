import type { ResolvedOptions } from "./resolved-options.ts";

/** Where each call has a worker of its own, the pool has an engine of its own for them, if there is one. */
export function withOwnEngine(options: ResolvedOptions, maxWorkers: () => number): ResolvedOptions {
  const engine = options.onDemand ? options.engine.onDemand?.(maxWorkers) : undefined;
  return engine === undefined ? options : { ...options, engine };
}
