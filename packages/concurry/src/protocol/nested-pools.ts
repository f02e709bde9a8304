import { realm } from "./realm.ts";

/** Ends a pool within so many milliseconds, whatever its workers do. */
export type StopWithin = (limitMs: number) => Promise<void>;

/** The pools that code of one worker has made and not stopped. */
export interface NestedPools {
  readonly stops: Set<StopWithin>;
  /** True once the worker has ended: what its code still makes is stopped at once. */
  isOver: boolean;
}

const HOST_KEY = "nested pools";
const OWNER_KEY = "owner of nested pools";

/**
 * Those of the worker that has this realm for itself. One record for all copies of the package: those of the user's
 * module, which make pools, and the one of the host, which ends them.
 */
export function poolsOfHost(): NestedPools {
  const { registries } = realm();
  const known = registries.get(HOST_KEY) as NestedPools | undefined;
  const pools = known ?? { stops: new Set(), isOver: false };
  if (known === undefined) registries.set(HOST_KEY, pools);
  return pools;
}

/** Sets what tells the pools of the inline worker whose code runs now. */
export function provideInlineOwner(owner: () => NestedPools | undefined): void {
  const { registries } = realm();
  if (!registries.has(OWNER_KEY)) registries.set(OWNER_KEY, owner);
}

/** Those of the inline worker whose code runs now; undefined where none runs. */
export function poolsOfInlineWorker(): NestedPools | undefined {
  const owner = realm().registries.get(OWNER_KEY) as (() => NestedPools | undefined) | undefined;
  return owner?.();
}
