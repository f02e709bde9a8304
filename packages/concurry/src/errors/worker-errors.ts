import { brandError, ConcurryError, type ErrorFacts } from "./concurry-error.ts";

/** Facts of a {@link WorkerCrashedError}. */
export interface WorkerCrashedFacts extends ErrorFacts {
  /** Exit code of the thread or process; null when a signal ended it. */
  readonly exitCode?: number | null;
  /** Signal that ended the process, as `"SIGKILL"`; null for none. */
  readonly signal?: string | null;
  /** Index of the worker in its pool. */
  readonly workerIndex?: number;
  /** The method that ran last. */
  readonly lastMethod?: string;
  /** False when this call had certainly not begun to run. */
  readonly started?: boolean;
}

/**
 * A worker ended while it held this call: it exited, crashed, was killed or ran out of memory.
 *
 * @example
 * const error = await pool.crash().catch((error) => error);
 * [error.exitCode, error.signal, error.lastMethod]; // [null, "SIGSEGV", "crash"]
 */
export class WorkerCrashedError extends ConcurryError {
  override readonly code: "WORKER_CRASHED" = "WORKER_CRASHED";
  /** Exit code of the thread or process; null when a signal ended it or none is known. */
  readonly exitCode: number | null;
  /** Signal that ended the process, as `"SIGKILL"`; null for none. */
  readonly signal: string | null;
  /** Index of the worker in its pool. */
  readonly workerIndex: number | undefined;
  /** The method that ran last, where it is known. */
  readonly lastMethod: string | undefined;
  /** False when this call had certainly not begun to run, so that making it again repeats nothing. */
  readonly started: boolean;

  constructor(message: string, facts: WorkerCrashedFacts = {}) {
    super(message, facts);
    this.exitCode = facts.exitCode ?? null;
    this.signal = facts.signal ?? null;
    this.workerIndex = facts.workerIndex;
    this.lastMethod = facts.lastMethod;
    this.started = facts.started ?? true;
  }

  static {
    brandError(WorkerCrashedError, "WorkerCrashedError");
  }
}

/** Facts of a {@link WorkerStartError}. */
export interface WorkerStartFacts extends ErrorFacts {
  /** `"load"` when the module of the class could not be evaluated; a word for other kinds, where there is one. */
  readonly reason?: string;
}

/**
 * A worker did not start: its module, constructor or `onStart` threw, or it took longer than `startTimeoutMs`.
 *
 * `cause` is what was thrown.
 *
 * @example
 * const pool = Embedder.options({ mode: "thread" }).init("./missing.bin");
 * await pool.embed("hello").catch((error) => error.cause.code); // "ENOENT"
 */
export class WorkerStartError extends ConcurryError {
  override readonly code: "WORKER_START" = "WORKER_START";
  /** `"load"` when the module of the class could not be evaluated; a word for other kinds, where there is one. */
  readonly reason: string | undefined;

  constructor(message: string, facts: WorkerStartFacts = {}) {
    super(message, facts);
    this.reason = facts.reason;
  }

  static {
    brandError(WorkerStartError, "WorkerStartError");
  }
}

/** Why a class or function could not be found in a worker. */
export type WorkerNotFoundReason = "notFound" | "unknownModule" | "noLoader" | "testFile" | "task";

/** Facts of a {@link WorkerNotFoundError}. */
export interface WorkerNotFoundFacts extends ErrorFacts {
  /** Why it could not be found. */
  readonly reason?: WorkerNotFoundReason;
}

/**
 * The class or function of a pool could not be found again in a thread or process; the message says what to change.
 *
 * @example
 * function makePool() {
 *   class Hidden extends Worker { hello() { return "hello"; } }
 *   return Hidden.options({ mode: "thread" }).init();
 * }
 * await makePool().hello().catch((error) => error.reason); // "notFound"
 */
export class WorkerNotFoundError extends ConcurryError {
  override readonly code: "WORKER_NOT_FOUND" = "WORKER_NOT_FOUND";
  /**
   * `"notFound"`: its module has no such class. `"unknownModule"`: no file is known that defines it.
   * `"noLoader"`: its module is TypeScript that the worker can't load. `"testFile"`: it stands in a test file.
   * `"task"`: its module neither exports that function nor makes a task of it.
   */
  readonly reason: WorkerNotFoundReason;

  constructor(message: string, facts: WorkerNotFoundFacts = {}) {
    super(message, facts);
    this.reason = facts.reason ?? "notFound";
  }

  static {
    brandError(WorkerNotFoundError, "WorkerNotFoundError");
  }
}
