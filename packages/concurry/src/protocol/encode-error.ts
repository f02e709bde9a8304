import { types } from "node:util";
import { SerializationError } from "../errors/call-errors.ts";
import type { Wire } from "./connection.ts";
import { classesOf } from "./error-class.ts";
import { CLONE, classify, REPLACEABLE } from "./json-faithful.ts";
import { findUncloneable } from "./uncloneable.ts";
import { fromBytes, toBytes } from "./v8-bytes.ts";
import type { EncodeContext, WireError, WireItem, WireThrown } from "./wire-thrown.ts";

// A getter may make a new error at each look.
const MAX_ERRORS = 16_384;
// Fields of built-in errors that are not enumerable and may hold errors.
const HIDDEN_LINKS = ["cause", "errors", "error", "suppressed"];

/** Makes plain data of whatever was thrown. Never throws, and what comes out can be sent on `context.wire`. */
export function encodeThrown(thrown: unknown, context: EncodeContext): WireThrown {
  if (!isError(thrown)) {
    const copy = sendable(thrown, context.wire);
    if (copy !== undefined) return copy;
    return { errors: new Encoder(context).encode(unsendable(thrown, context.wire)) };
  }
  return { errors: new Encoder(context).encode(thrown) };
}

class Encoder {
  readonly #context: EncodeContext;
  readonly #numbers = new Map<object, number>();
  // Errors met, in order of their numbers. A queue, not recursion: chains of causes may be long.
  readonly #queue: object[] = [];

  constructor(context: EncodeContext) {
    this.#context = context;
  }

  encode(root: object): WireError[] {
    const encoded: WireError[] = [];
    this.#number(root);
    for (let next = 0; next < this.#queue.length; next += 1)
      encoded.push(this.#error(this.#queue[next] as object));
    return encoded;
  }

  #error(error: object): WireError {
    const name = read(error, "name");
    const message = read(error, "message");
    const stack = read(error, "stack");
    const code = read(error, "code");
    const classes = attempt(() => classesOf(error, this.#context.exports)) ?? [];
    const own = this.#own(error);
    const isCodeExtra =
      (typeof code === "string" || typeof code === "number") && !("code" in (own.fields ?? {}));
    return {
      name: typeof name === "string" ? name : "Error",
      message: typeof message === "string" ? message : (attempt(() => String(message ?? "")) ?? ""),
      ...(typeof stack === "string" ? { stack } : {}),
      ...(isCodeExtra ? { code } : {}),
      ...(classes.length > 0 ? { classes } : {}),
      ...own,
    };
  }

  #own(error: object): Pick<WireError, "fields" | "links" | "hidden" | "lost"> {
    const fields: Record<string, unknown> = {};
    const links: Record<string, WireItem> = {};
    const lost: string[] = [];
    const names = (attempt(() => Object.keys(error)) ?? []).filter((name) => name !== "stack");
    const hidden = HIDDEN_LINKS.filter(
      (name) => !names.includes(name) && attempt(() => Object.hasOwn(error, name)),
    );
    for (const name of [...names, ...hidden]) {
      const item = this.#field(error, name);
      if (item === undefined) lost.push(name);
      else if (!("value" in item) || hidden.includes(name)) put(links, name, item);
      else put(fields, name, item.value);
    }
    const kept = hidden.filter((name) => !lost.includes(name));
    return {
      ...(Object.keys(fields).length > 0 ? { fields } : {}),
      ...(Object.keys(links).length > 0 ? { links } : {}),
      ...(kept.length > 0 ? { hidden: kept } : {}),
      ...(lost.length > 0 ? { lost } : {}),
    };
  }

  #field(error: object, name: string): WireItem | undefined {
    try {
      return this.#item((error as Record<string, unknown>)[name]);
    } catch {
      return undefined;
    }
  }

  /** One level deep: errors further inside a value follow structured clone. */
  #item(value: unknown): WireItem | undefined {
    if (isError(value)) {
      const number = this.#number(value);
      return number === undefined ? undefined : { error: number };
    }
    if (!holdsErrors(value)) return sendable(value, this.#context.wire);
    const list: WireItem[] = [];
    for (const item of value) {
      const number = isError(item) ? this.#number(item) : undefined;
      const found = number === undefined ? sendable(item, this.#context.wire) : { error: number };
      // The place is kept, so that the others keep theirs.
      list.push(found ?? { value: null });
    }
    return { list };
  }

  /** The number of an error; undefined when there are too many. */
  #number(error: object): number | undefined {
    const known = this.#numbers.get(error);
    if (known !== undefined) return known;
    if (this.#queue.length >= MAX_ERRORS) return undefined;
    this.#numbers.set(error, this.#queue.length);
    return this.#queue.push(error) - 1;
  }
}

/** The value, or a copy of it that surely can be sent; undefined when there is no such copy. */
function sendable(value: unknown, wire: Wire): { readonly value: unknown } | undefined {
  if (wire === "reference") return { value };
  const kind = classify(value);
  if (kind !== CLONE && kind !== REPLACEABLE) return { value };
  // A copy has no getters left that could fail, or answer otherwise, at the sending.
  return attempt(() => ({ value: wire === "bytes" ? fromBytes(toBytes(value)) : structuredClone(value) }));
}

function unsendable(thrown: unknown, wire: Wire): SerializationError {
  const found = findUncloneable(thrown, wire);
  const what = found === undefined ? "it can't be cloned" : `${found.path || "it"} is ${found.reason}`;
  return new SerializationError(
    `The thrown value can't be sent to the caller: ${what}. Throw an Error instead.`,
    {
      ...(found === undefined ? {} : { path: found.path }),
    },
  );
}

/** True for a list with errors in it; a longer one could not be numbered. */
function holdsErrors(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && !types.isProxy(value) && value.length <= MAX_ERRORS && value.some(isError);
}

function isError(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  return types.isNativeError(value) || attempt(() => value instanceof Error) === true;
}

function read(error: object, name: string): unknown {
  return attempt(() => (error as Record<string, unknown>)[name]);
}

function put(record: Record<string, unknown>, name: string, value: unknown): void {
  // Defined, not assigned: the name may be "__proto__".
  Object.defineProperty(record, name, { value, configurable: true, enumerable: true, writable: true });
}

function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
