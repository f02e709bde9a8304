import type { Tinypool } from "tinypool";
import type { Connection, Wire } from "../../protocol/connection.ts";
import type { Engine, SpawnSpec } from "../engine.ts";
import { failedConnection } from "../failed-connection.ts";
import { type HostEntry, hostEntry } from "../host-file.ts";
import { type Kind, processKind, threadKind } from "./kinds.ts";
import { loadTinypool } from "./load-tinypool.ts";
import { Places } from "./places.ts";
import { taskFile } from "./task-file.ts";
import { TaskWorkers } from "./task-workers.ts";
import type { Ticket } from "./ticket.ts";

/** What an engine of workers for one call each can be told. */
export interface OnDemandOptions {
  /** How many workers there may be at the same time, now; at least 1. */
  readonly maxWorkers: () => number;
  /** What a worker runs. Default: the package's host file. */
  readonly hostEntry?: () => HostEntry;
}

/**
 * Makes an engine for one pool, whose threads or processes are those of a tinypool. It starts none before it is asked,
 * at most `maxWorkers()` at once, and keeps none.
 */
export function createOnDemandEngine(kind: "thread" | "process", options: OnDemandOptions): Engine {
  return kind === "thread"
    ? new OnDemandEngine(threadKind, options)
    : new OnDemandEngine(processKind, options);
}

class OnDemandEngine<T extends Ticket> implements Engine {
  readonly name: string;
  readonly wire: Wire;
  readonly #kind: Kind<T>;
  readonly #options: OnDemandOptions;
  readonly #places: Places;
  /** Of the settings of the last start, and those before that still have workers. */
  #latest: { readonly key: string; readonly workers: TaskWorkers<T> } | undefined;
  #earlier: TaskWorkers<T>[] = [];
  #isClosed = false;

  constructor(kind: Kind<T>, options: OnDemandOptions) {
    this.name = kind.name;
    this.wire = kind.wire;
    this.#kind = kind;
    this.#options = options;
    this.#places = new Places(options.maxWorkers);
  }

  async spawn(spec: SpawnSpec, signal: AbortSignal): Promise<Connection> {
    signal.throwIfAborted();
    if (spec.stdio !== undefined && spec.stdio !== "inherit") {
      throw new TypeError('stdio must be "inherit" for a worker that lives for one call');
    }
    const { Tinypool } = await loadTinypool();
    signal.throwIfAborted();
    await this.#places.enter(signal);
    try {
      signal.throwIfAborted();
      if (this.#isClosed) throw new Error("The engine is closed.");
    } catch (error) {
      this.#places.leave();
      throw error;
    }
    return this.#start(Tinypool, spec);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const all = [...this.#earlier, ...(this.#latest === undefined ? [] : [this.#latest.workers])];
    this.#latest = undefined;
    this.#earlier = [];
    await Promise.all(all.map((workers) => workers.close()));
  }

  #start(Pool: typeof Tinypool, spec: SpawnSpec): Connection {
    const { filename, shown } = taskFile((this.#options.hostEntry ?? hostEntry)());
    const title = `${spec.name}-${spec.workerIndex}`;
    try {
      const workers = this.#workersFor(Pool, spec, filename);
      return this.#kind.connect(workers, { title, file: shown }, spec);
    } catch (error) {
      // Tinypool never frees the number of a worker that Node refused to start.
      this.#retire();
      this.#places.leave();
      return failedConnection({ wire: this.wire }, error);
    }
  }

  /** A tinypool has one set of variables and flags; those of the program may have changed since the last start. */
  #workersFor(Pool: typeof Tinypool, spec: SpawnSpec, filename: string): TaskWorkers<T> {
    const settings = { ...this.#kind.settings(spec), maxThreads: this.#options.maxWorkers() };
    const key = JSON.stringify([settings, filename]);
    if (this.#latest?.key === key) return this.#latest.workers;
    this.#retire();
    const tinypool = new Pool({
      ...settings,
      minThreads: 0,
      concurrentTasksPerWorker: 1,
      isolateWorkers: true,
      useAtomics: false,
    });
    const workers = new TaskWorkers<T>(tinypool, filename, () => this.#places.leave());
    this.#latest = { key, workers };
    return workers;
  }

  #retire(): void {
    if (this.#latest !== undefined) this.#earlier.push(this.#latest.workers);
    this.#latest = undefined;
    this.#earlier = this.#earlier.filter(({ size }) => size > 0);
  }
}
