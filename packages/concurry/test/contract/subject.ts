import type { SpawnSpec } from "../../src/engine/engine.ts";
import type { Connection, Frame, Lane, WorkerExit } from "../../src/protocol/connection.ts";
import { deferred } from "../../src/util/deferred.ts";

/** A connection under test, and everything that came from it. */
export class Subject {
  readonly connection: Connection;
  readonly exits: WorkerExit[] = [];
  /** Resolves with the worker's end. */
  readonly exited: Promise<WorkerExit>;
  readonly #received: Record<Lane, unknown[]> = { call: [], control: [] };
  readonly #readers: Record<Lane, ((body: unknown) => void)[]> = { call: [], control: [] };
  /** Set when a frame came after the exit. */
  isLate = false;

  constructor(connection: Connection) {
    this.connection = connection;
    const exited = deferred<WorkerExit>();
    this.exited = exited.promise;
    connection.onFrame((frame) => this.#take(frame));
    connection.onExit((exit) => {
      this.exits.push(exit);
      exited.resolve(exit);
    });
  }

  /** Sends a command to the echo host. */
  tell(...command: unknown[]): boolean {
    return this.connection.post({ lane: "call", body: command, form: "value" });
  }

  /** Sends a command and reads one reply. */
  ask(...command: unknown[]): Promise<unknown> {
    this.tell(...command);
    return this.next();
  }

  /** Sends a body as it is and reads one reply. */
  exchange(body: unknown): Promise<unknown> {
    this.connection.post({ lane: "call", body, form: "value" });
    return this.next();
  }

  /** The next body on a lane that was not read yet. */
  next(lane: Lane = "call"): Promise<unknown> {
    const received = this.#received[lane];
    if (received.length > 0) return Promise.resolve(received.shift());
    return new Promise((resolve) => this.#readers[lane].push(resolve));
  }

  /** All bodies of the call lane that came and were not read. */
  takeAll(): unknown[] {
    return this.#received.call.splice(0);
  }

  #take(frame: Frame): void {
    if (this.exits.length > 0) this.isLate = true;
    const reader = this.#readers[frame.lane].shift();
    if (reader === undefined) this.#received[frame.lane].push(frame.body);
    else reader(frame.body);
  }
}

/** What an engine is told to start, of which a test changes what it is about. */
export function spawnSpec(changes: Partial<SpawnSpec> = {}): SpawnSpec {
  return {
    name: "Echo",
    workerIndex: 0,
    workerId: 1,
    workerClass: Object,
    locator: undefined,
    env: undefined,
    execArgv: undefined,
    resourceLimits: undefined,
    stdio: undefined,
    actorOptions: undefined,
    concurrency: 1,
    ...changes,
  };
}
