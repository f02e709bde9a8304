/** Names of a pool's own members: no method of a worker class can have one of them. */
export const RESERVED_NAMES = [
  "getPoolStats",
  "getWorkerStats",
  "workers",
  "with",
  "broadcast",
  "resize",
  "ready",
  "drain",
  "stop",
  "close",
  "on",
  "once",
  "off",
  "stopped",
] as const;

/** Names that would make a pool something else: a promise that `await` waits for, or JSON. */
const REFUSED_NAMES = ["then", "toJSON"] as const;

/** A name that a method of a worker class can't have. */
export type ReservedName = (typeof RESERVED_NAMES)[number] | (typeof REFUSED_NAMES)[number];

const taken: ReadonlySet<string> = new Set<string>([...RESERVED_NAMES, ...REFUSED_NAMES]);

/** Whether a method of a worker class can't have this name. */
export function isReservedName(name: string): name is ReservedName {
  return taken.has(name);
}
