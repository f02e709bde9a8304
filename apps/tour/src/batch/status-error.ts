import { registerError } from "concurry";

/** A service answered with something else than a result. */
export class StatusError extends Error {
  override readonly name: string = "StatusError";
  /** The HTTP status. */
  readonly status: number;

  constructor(status: number) {
    super(`the service answered with status ${status}`);
    this.status = status;
  }
}

// It comes from the thread of a worker to the pool, which asks for its class.
registerError(StatusError);
