import { serializationError } from "../protocol/serialization-failure.ts";
import { toBytes } from "../protocol/v8-bytes.ts";
import { PoolCore } from "./pool.ts";
import { poolClassFor } from "./pool-class.ts";
import { membersCore, PoolMembersBase } from "./pool-members.ts";
import type { Pool } from "./pool-type.ts";
import type { ResolvedOptions, WorkerClass } from "./resolved-options.ts";

/**
 * Makes a pool and starts its workers.
 *
 * @throws {SerializationError} When the constructor's arguments can't be copied to a worker; nothing was started then.
 */
export function createPool<T extends object>(
  workerClass: WorkerClass<T>,
  options: ResolvedOptions,
  constructorArguments: readonly unknown[],
): Pool<T> {
  checkCloneable(options, "init", constructorArguments);
  const core = membersCore(workerClass, new PoolCore(workerClass, options, constructorArguments));
  return new (poolClassFor(workerClass, options.methods, PoolMembersBase))(core) as unknown as Pool<T>;
}

/** @throws {SerializationError} When the values, arguments of this method, can't be copied to a worker. */
export function checkCloneable(
  { engine }: ResolvedOptions,
  method: string,
  values: readonly unknown[],
): void {
  try {
    if (engine.wire === "clone") structuredClone(values);
    else if (engine.wire === "bytes") toBytes(values);
  } catch (cause) {
    throw serializationError(method, "arguments", values, cause, engine.wire);
  }
}
