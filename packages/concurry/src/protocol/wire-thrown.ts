import type { Wire } from "./connection.ts";
import type { WireClass } from "./error-class.ts";

/** A value that belongs to an error: another error by its number, a list of such values, or plain data. */
export type WireItem =
  | { readonly error: number }
  | { readonly list: readonly WireItem[] }
  | { readonly value: unknown };

/** One error as plain data. */
export interface WireError {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  /** The code, where it is no own enumerable field. */
  readonly code?: string | number;
  /** The classes it belongs to, the nearest first; absent for a plain `Error`. */
  readonly classes?: readonly WireClass[];
  /** Own enumerable fields. */
  readonly fields?: Readonly<Record<string, unknown>>;
  /** `cause`, `errors`, and fields that hold errors. */
  readonly links?: Readonly<Record<string, WireItem>>;
  /** Which of `links` are not enumerable. */
  readonly hidden?: readonly string[];
  /** Names of fields that can't be sent. */
  readonly lost?: readonly string[];
}

/** What a method threw, as plain data: all errors in reach, the thrown one first, or a value that is no error. */
export type WireThrown = { readonly value: unknown } | { readonly errors: readonly WireError[] };

/** What the encoder must know of the way. */
export interface EncodeContext {
  readonly wire: Wire;
  /** The name under which the worker's module exports a class. */
  readonly exports?: (errorClass: unknown) => string | undefined;
}

/** What the decoder may ask of the side it runs on. */
export interface DecodeContext {
  /** A class that the worker's module exports, where this side has that module loaded. */
  readonly resolveExport?: (name: string) => unknown;
}
