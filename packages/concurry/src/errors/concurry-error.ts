const BRAND_PREFIX = "concurry.error.";

/** Every value that `code` of a `LimitError` can have. */
export type LimitErrorCode =
  | "LIMIT_CONFIG"
  | "LIMIT_UNKNOWN_KEY"
  | "LIMIT_BAD_AMOUNT"
  | "LIMIT_AMOUNT_REQUIRED"
  | "LIMIT_EXCEEDS_CAPACITY"
  | "LIMIT_RELEASED"
  | "LIMIT_OVERDRAFT"
  | "LIMIT_REMOTE"
  | "LIMIT_CLOSED"
  | "LIMIT_OWNER_LOST"
  | "LIMIT_TIMEOUT"
  | "LIMIT_QUEUE_FULL"
  | "LIMIT_STORE";

/** Every value that `code` of a `WorkerResourceError` can have. */
export type WorkerResourceErrorCode = "WORKER_ALIVE" | "WORKER_DEAD" | "NO_USER_FUNCTION";

/** Every value that `code` of a {@link ConcurryError} can have. */
export type ConcurryErrorCode =
  | "STOPPED"
  | "CANCELLED"
  | "TIMEOUT"
  | "QUEUE_FULL"
  | "RETRIES_USED_UP"
  | "WORKER_CRASHED"
  | "WORKER_START"
  | "WORKER_NOT_FOUND"
  | "NOT_SERIALIZABLE"
  | LimitErrorCode
  | WorkerResourceErrorCode;

/** What every error of the family may be given besides its message. */
export interface ErrorFacts {
  /** The error or value that led to this one. */
  readonly cause?: unknown;
}

/**
 * The base of all errors that this package makes itself; never thrown as such.
 *
 * Errors of a user's method are not wrapped in it: they arrive as themselves. `instanceof` also holds for errors
 * that another copy of the package made (ESM beside CommonJS, two installed versions).
 *
 * @example
 * try {
 *   await pool.embed("hello");
 * } catch (error) {
 *   if (error instanceof ConcurryError) console.error(error.code);
 * }
 */
export abstract class ConcurryError extends Error {
  /** Tells the errors of the family apart; stays the same from version to version. */
  abstract readonly code: ConcurryErrorCode;

  constructor(message: string, facts?: ErrorFacts) {
    super(message, facts !== undefined && "cause" in facts ? { cause: facts.cause } : undefined);
  }

  static {
    brandError(ConcurryError, "ConcurryError");
  }

  /** Looks at the brand, so that copies of this package know each other's errors. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    // biome-ignore lint/complexity/noThisInStatic: the whole family inherits this; `this` is the class asked for.
    return isOfClass(this, value);
  }
}

/** Gives an error class the brand that `instanceof` looks for, and its instances their `name`. */
export function brandError(
  errorClass: { readonly prototype: object },
  className: string,
  name: string = className,
): void {
  const hidden = { configurable: true, enumerable: false, writable: true };
  Object.defineProperty(errorClass.prototype, Symbol.for(BRAND_PREFIX + className), {
    ...hidden,
    value: true,
  });
  // On the prototype, as in the built-in errors: the first line of a stack is made before any field is set.
  Object.defineProperty(errorClass.prototype, "name", { ...hidden, value: name });
  // A bundler may rename a class that mentions itself.
  Object.defineProperty(errorClass, "name", { ...hidden, writable: false, value: className });
}

function isOfClass(errorClass: { readonly prototype: object }, value: unknown): boolean {
  const brand = Object.getOwnPropertySymbols(errorClass.prototype).find((key) =>
    Symbol.keyFor(key)?.startsWith(BRAND_PREFIX),
  );
  // A user's subclass has no brand of its own: only its real instances count.
  if (brand === undefined) return Function.prototype[Symbol.hasInstance].call(errorClass, value);
  return typeof value === "object" && value !== null && brand in value;
}
