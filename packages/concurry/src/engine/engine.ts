import type { Connection, Wire } from "../protocol/connection.ts";
import type { ClassLocator } from "../protocol/frame.ts";

/** A user's class, as far as an engine needs to know it. */
export type WorkerClass = new (...constructorArguments: never[]) => object;

/** What an engine is told to start. */
export interface SpawnSpec {
  /** Name of the pool; for thread names and process titles. */
  readonly name: string;
  readonly workerIndex: number;
  /** Unique among all workers of this program, also across restarts. */
  readonly workerId: number;
  /** The class itself; an engine of the caller's own realm uses it. */
  readonly workerClass: WorkerClass;
  /** Where the class is found; absent for engines of the caller's own realm. */
  readonly locator: ClassLocator | undefined;
  readonly env: Readonly<Record<string, string | undefined>> | undefined;
  readonly execArgv: readonly string[] | undefined;
  readonly resourceLimits: Readonly<Record<string, number>> | undefined;
  readonly stdio: unknown;
  /** Engine options of the user, as given. */
  readonly actorOptions: unknown;
  readonly concurrency: number;
}

/** The one seam between a pool and where its workers run. */
export interface Engine {
  /** The mode's name in stats and messages. */
  readonly name: string;
  /**
   * How values cross to its workers. With `"reference"` they run in the caller's own realm and nothing is loaded;
   * connections of this engine have the same in `info.wire`.
   */
  readonly wire: Wire;
  /**
   * Starts one worker. The connection may be used at once: frames posted before the worker is up are kept.
   *
   * @param signal Aborts a start that is no longer wanted; what was started is ended.
   */
  spawn(spec: SpawnSpec, signal: AbortSignal): Connection | Promise<Connection>;
  /**
   * An engine for one pool whose workers live for one call each: at most `maxWorkers()` at once, which may change. Absent
   * where workers are started by this engine in that case, too.
   */
  onDemand?(maxWorkers: () => number): Engine;
  /** Ends what is left of it; no more workers are started. For engines that were made for one pool. */
  close?(): Promise<void>;
}
