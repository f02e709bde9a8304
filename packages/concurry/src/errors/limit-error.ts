import { brandError, ConcurryError, type ErrorFacts, type LimitErrorCode } from "./concurry-error.ts";

/** Facts of a {@link LimitError}. */
export interface LimitErrorFacts extends ErrorFacts {
  /** Key of the limit that the error is about. */
  readonly key?: string | undefined;
  /** Numbers and names that the message mentions. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/**
 * A limit refused: the request is wrong, could never be granted, or was not granted in time.
 *
 * `code` says why. `LIMIT_TIMEOUT`, `LIMIT_QUEUE_FULL` and `LIMIT_STORE` depend on the moment: trying again may
 * succeed. All other codes are mistakes, or final.
 *
 * @example
 * try {
 *   await limits.acquire({ tokens: 1500 });
 * } catch (error) {
 *   if (error instanceof LimitError) console.error(error.code, error.key, error.details);
 *   // LIMIT_EXCEEDS_CAPACITY tokens { requested: 1500, capacity: 1000 }
 * }
 */
export class LimitError extends ConcurryError {
  override readonly code: LimitErrorCode;
  /** Key of the limit that the error is about, where it is about one. */
  readonly key: string | undefined;
  /** Numbers and names that the message mentions. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: LimitErrorCode, message: string, facts: LimitErrorFacts = {}) {
    super(message, facts);
    this.code = code;
    this.key = facts.key;
    this.details = facts.details ?? {};
  }

  static {
    brandError(LimitError, "LimitError");
  }
}
