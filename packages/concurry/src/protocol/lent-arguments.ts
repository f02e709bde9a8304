/** Stands for something of the caller's among the arguments of a call. Known again by being the same object. */
export interface StandIn {
  readonly kind: "function" | "iterable";
}

/** The value of a request with the flag `LENDS`: its arguments with stand-ins inside, and a list of these. */
export interface LentArguments {
  /** Names the call to the pool. */
  readonly owner: number;
  /** The one argument, or the list of them. */
  readonly value: unknown;
  /** Those in `value`, the same objects: one structured clone of both keeps them so. */
  readonly standIns: readonly StandIn[];
}
