import type { OwnerId } from "./grant.ts";
import type { Amounts, LimitStats } from "./limits.ts";

/** A request as a store gets it: its amounts are checked, and all call limits are named. */
export interface StoreRequest {
  readonly amounts: Amounts;
  readonly priority: number;
}

/** What a store answers: a lease, or the milliseconds after which asking again makes sense. */
export type StoreAnswer =
  | { readonly lease: string }
  | { readonly lease?: undefined; readonly retryAfterMs: number };

/**
 * Keeps the counts of a set outside of the process, for several machines.
 *
 * Each take is one step, all or nothing, by the store's own clock.
 */
export interface LimitStore {
  /** Takes now, or says when to ask again. */
  take(request: StoreRequest, owner: OwnerId): Promise<StoreAnswer>;
  /** Sets what a lease has really used. */
  adjust(lease: string, usage: Amounts): Promise<void>;
  /** Gives back what a lease holds. */
  free(lease: string): Promise<void>;
  /** Keeps what an owner holds from expiring. */
  renew(owner: OwnerId): Promise<void>;
  /** Calls back when something may have become free; the returned function stops that. */
  onFree(listener: () => void): () => void;
  stats(): Promise<Readonly<Record<string, LimitStats>>>;
  close(): Promise<void>;
}
