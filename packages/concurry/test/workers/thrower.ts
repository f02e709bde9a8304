import assert from "node:assert";
import { readFileSync } from "node:fs";
import { registerError, Worker } from "concurry";

/** Exported, so that callers get instances of it. */
export class HttpError extends Error {
  status: number;
  readonly #secret = "private";

  constructor(status: number, options?: ErrorOptions) {
    super(`status ${status}`, options);
    this.status = status;
  }

  get isClient(): boolean {
    return this.status < 500;
  }

  get secret(): string {
    return this.#secret;
  }
}

class QuotaError extends Error {
  override name = "QuotaError";
  left = 3;
}
registerError(QuotaError);

/** The class that is registered; exported under a name that isn't its own. */
export { QuotaError as RegisteredQuota };

class HiddenError extends RangeError {
  override name = "HiddenError";
  readonly hidden = true;
}

class FoundError extends HttpError {
  override name = "FoundError";
}

const builtins: Readonly<Record<string, new (message: string) => Error>> = {
  Error,
  TypeError,
  RangeError,
  SyntaxError,
  ReferenceError,
  EvalError,
  URIError,
};

const made: Readonly<Record<string, () => unknown>> = {
  exported: () => Object.assign(new HttpError(404), { code: "E_HTTP" }),
  registered: () => new QuotaError("used up"),
  hidden: () => new HiddenError("unknown to the caller"),
  subclassOfExported: () => new FoundError(410),
  withFields: () =>
    Object.assign(new Error("with fields"), {
      code: "E_FIELDS",
      list: [1, { two: 2n }],
      zero: -0,
      nothing: undefined,
      at: new Date(5),
      inner: new TypeError("a field"),
    }),
  chain: () =>
    new Error("outer", {
      cause: new HttpError(500, { cause: new RangeError("inner", { cause: { why: -0 } }) }),
    }),
  longChain: () => {
    let error = new Error("level 0");
    for (let level = 1; level < 2000; level += 1) error = new Error(`level ${level}`, { cause: error });
    return error;
  },
  cycle: () => {
    const error: Error & { self?: unknown } = new Error("round");
    error.cause = error;
    error.self = error;
    return error;
  },
  aggregate: () =>
    new AggregateError([new TypeError("first"), "second", new AggregateError([new HttpError(1)])], "several"),
  missingFile: () => caught(() => readFileSync("/does/not/exist")),
  assertion: () => caught(() => assert.deepStrictEqual({ a: 1 }, { a: 2 })),
  domException: () => new DOMException("too late", "TimeoutError"),
  aborted: () => caught(() => AbortSignal.abort().throwIfAborted()),
  undefined: () => undefined,
  null: () => null,
  string: () => "just text",
  number: () => -0,
  object: () => ({ kind: "plain", at: new Date(1) }),
  function: () => () => 1,
  symbol: () => Symbol("s"),
  promise: () => ({ later: Promise.resolve(1) }),
  proxy: () => new Proxy(new Error("behind a proxy"), {}),
};

/** What `action` throws. */
export function caught(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

/** Makes what {@link Thrower} throws, for comparison. */
export function make(kind: string): unknown {
  return (made[kind] as () => unknown)();
}

/** Throws, in all the ways that JavaScript has. */
export class Thrower extends Worker {
  builtin(name: string): never {
    throw new (builtins[name] as new (message: string) => Error)(`a ${name}`);
  }

  sync(kind: string): never {
    throw make(kind);
  }

  async later(kind: string): Promise<never> {
    await new Promise((resolve) => setImmediate(resolve));
    throw make(kind);
  }

  /** Three frames deep. */
  async deep(): Promise<never> {
    // Awaited: a promise that is merely returned leaves no frame.
    const never = await this.#middle();
    return never;
  }

  async #middle(): Promise<never> {
    await null;
    return innermost();
  }

  /** An error as a result: that follows structured clone. */
  result(): Error {
    return Object.assign(new TypeError("as a result", { cause: "why" }), { code: "E_LOST" });
  }
}

function innermost(): never {
  throw new HttpError(418);
}
