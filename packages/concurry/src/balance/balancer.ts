/**
 * What a balancer sees of one worker.
 *
 * @example
 * const calls = worker.queued + worker.running; // dispatched and not settled
 */
export interface WorkerLoad {
  /** Place in the pool, from 0; it stays the same across restarts. */
  readonly index: number;
  /**
   * `"starting"`, `"ready"`, `"draining"`, `"crashed"`, `"restarting"`, `"asleep"` or `"dead"`. The first two take calls;
   * in the places of all others but the last there will be a worker again.
   */
  readonly state: string;
  /** Calls that were given to this worker and have not begun. */
  readonly queued: number;
  /** Calls that run in this worker. */
  readonly running: number;
  /** Calls that were ever given to this worker; never goes down. */
  readonly total: number;
}

/** What a balancer is told of the call that needs a worker. */
export interface BalancedCall {
  /** Name of the called method. */
  readonly method: string;
  /** Calls of one key go to one worker; undefined for calls without. */
  readonly key: string | undefined;
  /** Of the calls that wait the higher ones are first; 0 for most. */
  readonly priority: number;
}

/**
 * Decides which worker gets a call. Pass a name, or an object like this one, as `loadBalancing`.
 *
 * @example
 * const firstWorker: Balancer = { name: "first", select: () => 0 };
 */
export interface Balancer {
  /** Stands as `algorithm` in the pool's stats. */
  readonly name: string;
  /**
   * Chooses a worker. It runs for every call, so it should be quick.
   *
   * @param workers All workers of the pool by index, also those that are down.
   * @returns The index of the worker; -1 when none can take the call.
   */
  select(workers: readonly WorkerLoad[], call: BalancedCall): number;
  /** Further fields for `loadBalancer` in the pool's stats; plain data. */
  stats?(): Record<string, unknown>;
}

/** A balancer as the pool uses it. */
export interface PoolBalancer extends Balancer {
  /**
   * When the worker is chosen: as soon as the call is made (`"call"`), or not before a worker has room for it (`"room"`).
   * Default `"call"`.
   */
  readonly selectsAt?: "call" | "room";
  /** Called after the state of a worker or its number of calls has changed for whatever reason. */
  workerChanged?(index: number): void;
}
