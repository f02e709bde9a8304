import { realm } from "./realm.ts";

/** Ends a pool within so many milliseconds, whatever its workers do. */
export type StopWithin = (limitMs: number) => Promise<void>;

const KEY = "nested pools";

/**
 * The pools that code of this host has made and not stopped. One list for all copies of the package: those of the
 * user's module, which make pools, and the one of the host, which ends them.
 */
export function nestedPools(): Set<StopWithin> {
  const { registries } = realm();
  const known = registries.get(KEY) as Set<StopWithin> | undefined;
  const pools = known ?? new Set<StopWithin>();
  if (known === undefined) registries.set(KEY, pools);
  return pools;
}
