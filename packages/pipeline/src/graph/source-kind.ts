import { Readable } from "node:stream";
import { StageReuseError } from "../errors/stage-errors.ts";

/** What a pipeline can read. */
export type Source<T> =
  | Iterable<T | PromiseLike<T>>
  | AsyncIterable<T>
  | (() => Iterable<T | PromiseLike<T>> | AsyncIterable<T>);

/** An iterator, and whether its results come as promises. */
export interface OpenSource {
  readonly iterator: Iterator<unknown> | AsyncIterator<unknown>;
  readonly isAsync: boolean;
  /** Ends a stream at once, also while it is read. */
  readonly destroy: (() => unknown) | undefined;
}

type AnyIterable = Partial<Iterable<unknown> & AsyncIterable<unknown>>;

// Sources that can be read only once, and were.
const used = new WeakSet<object>();

/** @throws {TypeError} For what can't be iterated. */
export function checkSource(owner: string, source: unknown): void {
  if (typeof source === "function" || isIterable(source)) return;
  throw new TypeError(
    `${owner} takes an iterable, an async iterable, a stream or a function that returns one, got ${describe(source)}${isPromise(source) ? "; await it first" : ""}`,
  );
}

/** What the function of a `through` has returned. @throws {TypeError} For what can't be iterated. */
export function checkThrough(returned: unknown): unknown {
  if (isIterable(returned)) return returned;
  throw new TypeError(
    `The function of through() must return an iterable or an async iterable, got ${describe(returned)}${isPromise(returned) ? "; make it an async generator" : ""}`,
  );
}

/**
 * Opens a source for one run; pulls nothing.
 *
 * @throws {StageReuseError} When it can be read only once and was already.
 */
export function openSource(given: unknown): OpenSource {
  const source: unknown = typeof given === "function" && !isIterable(given) ? given() : given;
  if (source instanceof ReadableStream) return openWebStream(source);
  if (!isIterable(source))
    throw new TypeError(`The function of a source must return an iterable, got ${describe(source)}`);
  const isAsync = typeof source[Symbol.asyncIterator] === "function";
  const stream = (source as unknown) instanceof Readable ? (source as unknown as Readable) : undefined;
  if (stream !== undefined) refuseReuse(stream);
  const iterator = (isAsync ? source[Symbol.asyncIterator]?.() : source[Symbol.iterator]?.()) as
    | Iterator<unknown>
    | AsyncIterator<unknown>;
  // A generator is its own iterator: it can't start again.
  if ((iterator as unknown) === source) refuseReuse(source as object);
  return { iterator, isAsync, destroy: stream === undefined ? undefined : () => stream.destroy() };
}

function openWebStream(stream: ReadableStream): OpenSource {
  refuseReuse(stream);
  const reader = stream.getReader();
  const iterator: AsyncIterator<unknown> = {
    next: async () => {
      const { done, value } = await reader.read();
      return done ? { done: true, value: undefined } : { done: false, value };
    },
  };
  return { iterator, isAsync: true, destroy: () => reader.cancel() };
}

function refuseReuse(source: object): void {
  if (used.has(source)) {
    throw new StageReuseError(
      "The source of this pipeline can be read only once, and was already: give pipeline() an array, or a function that returns a new iterable for each run.",
    );
  }
  used.add(source);
}

function isIterable(value: unknown): value is AnyIterable {
  if (value === null || value === undefined) return false;
  const { [Symbol.iterator]: sync, [Symbol.asyncIterator]: async } = Object(value) as AnyIterable;
  return typeof sync === "function" || typeof async === "function";
}

function isPromise(value: unknown): boolean {
  return typeof (Object(value) as { readonly then?: unknown }).then === "function";
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (isPromise(value)) return "a promise";
  return typeof value === "object" ? `an object of ${value.constructor?.name ?? "no class"}` : typeof value;
}
