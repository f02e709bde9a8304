import {
  brandError,
  ConcurryError,
  type ErrorFacts,
  type WorkerResourceErrorCode,
} from "./concurry-error.ts";

/**
 * A `WorkerResource` was asked for something that it can't do now.
 *
 * `code` says why: `WORKER_ALIVE`: it was started already. `WORKER_DEAD`: its worker isn't there: not started yet, ended,
 * or died, which is then the `cause`. `NO_USER_FUNCTION`: it has no function to run.
 *
 * @example
 * await resource.join();
 * await resource.execute(1).catch((error) => error.code); // "WORKER_DEAD"
 */
export class WorkerResourceError extends ConcurryError {
  override readonly code: WorkerResourceErrorCode;

  constructor(code: WorkerResourceErrorCode, message: string, facts: ErrorFacts = {}) {
    super(message, facts);
    this.code = code;
  }

  static {
    brandError(WorkerResourceError, "WorkerResourceError");
  }
}
