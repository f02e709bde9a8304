import type { Duplex } from "node:stream";
import type { Source } from "./graph/source-kind.ts";
import type { BatchOptions } from "./operators/batch.ts";
import type { OrderedOptions } from "./operators/ordered.ts";
import type {
  ErrorPolicy,
  Resources,
  RetryPolicy,
  Several,
  SilentPolicy,
  StageCall,
  StageOptions,
  TimeoutPolicy,
  Yielded,
} from "./options/stage-options.ts";
import { checkPartial, type Pipeline, pipeline } from "./pipeline.ts";
import { toNodeDuplex } from "./streams/to-node-stream.ts";
import { toWebTransform } from "./streams/to-web-stream.ts";

/**
 * One or several stages that have no source yet. May be used on many.
 *
 * @example
 * const squared = map((value: number) => value * value);
 * await squared([1, 2]).toArray(); // [1, 4]
 * await pipeline([1, 2]).pipe(squared, squared).toArray(); // [1, 16]
 */
export interface PartialStage<A, B> {
  /** The pipeline of this source and these stages. */
  (source: Source<A>): Pipeline<B>;
  /** These stages and then that. */
  pipe<C>(next: PartialStage<B, C>): PartialStage<A, C>;
  /** A Node stream, in object mode, whose output is what these stages make of its input. Destroying it stops the run. */
  toDuplex(): Duplex;
  /** A pair of web streams, for `pipeThrough`. Cancelling one stops the run. */
  toTransformStream(): { readonly readable: ReadableStream<B>; readonly writable: WritableStream<A> };
}

/** Stages without a source; `build` adds them to one. */
function partial<A, B>(build: (source: Pipeline<A>) => Pipeline<B>): PartialStage<A, B> {
  const apply = (source: Source<A>): Pipeline<B> => build(pipeline(source));
  return Object.assign(apply, {
    pipe: <C>(next: PartialStage<B, C>): PartialStage<A, C> => {
      checkPartial(next);
      return partial((source) => next(build(source)));
    },
    toDuplex: (): Duplex => toNodeDuplex((source) => apply(source as AsyncIterable<A>)),
    toTransformStream: () => toWebTransform(apply),
  });
}

/** A stage is checked when it is described, not when it gets a source. */
function checked<A, B>(build: (source: Pipeline<A>) => Pipeline<B>): PartialStage<A, B> {
  build(pipeline<A>([]));
  return partial(build);
}

/**
 * The stage of {@link Pipeline.map}, without a source.
 *
 * @throws {TypeError} For an unknown option or one of the wrong type; a `RangeError` for one out of range.
 * @throws {WorkerNotFoundError} For a closure, a bound or a native function in thread or process mode.
 * @example
 * const lengths = map((text: string) => text.length);
 * await lengths(texts).toArray();
 */
export function map<
  A,
  B,
  R extends Resources = object,
  const E extends ErrorPolicy | RetryPolicy = "fail",
  const O extends TimeoutPolicy = "drop",
>(f: StageCall<A, B, R>, options?: StageOptions<A, R, E, O>): PartialStage<A, Yielded<B, E, O>> {
  return checked((source) => source.map(f, options));
}

/**
 * The stage of {@link Pipeline.flatMap}, without a source.
 *
 * @throws {TypeError} For an unknown option or one of the wrong type; a `RangeError` for one out of range.
 * @throws {WorkerNotFoundError} For a closure, a bound or a native function in thread or process mode.
 * @example
 * const words = flatMap((text: string) => text.split(" "));
 * await pipeline(texts).pipe(words).toArray();
 */
export function flatMap<
  A,
  B,
  R extends Resources = object,
  const E extends ErrorPolicy | RetryPolicy = "fail",
  const O extends TimeoutPolicy = "drop",
>(f: StageCall<A, Several<B>, R>, options?: StageOptions<A, R, E, O>): PartialStage<A, Yielded<B, E, O>> {
  return checked((source) => source.flatMap(f, options));
}

/**
 * The stage of {@link Pipeline.filter}, without a source.
 *
 * @throws {TypeError} For an unknown option or one of the wrong type; a `RangeError` for one out of range.
 * @throws {WorkerNotFoundError} For a closure, a bound or a native function in thread or process mode.
 * @example
 * const long = filter((text: string) => text.length > 80);
 * await pipeline(texts).pipe(long).toArray();
 */
export function filter<
  A,
  R extends Resources = object,
  const E extends ErrorPolicy | RetryPolicy = "fail",
  const O extends TimeoutPolicy = "drop",
>(f: StageCall<A, unknown, R>, options?: StageOptions<A, R, E, O>): PartialStage<A, Yielded<A, E, O>> {
  return checked((source) => source.filter<R, E, O>(f, options));
}

/**
 * The stage of {@link Pipeline.each}, without a source.
 *
 * @throws {TypeError} For an unknown option or one of the wrong type; a `RangeError` for one out of range.
 * @throws {WorkerNotFoundError} For a closure, a bound or a native function in thread or process mode.
 * @example
 * const saved = each(save, { mode: "async", workers: 4 });
 * await pipeline(texts).pipe(saved).run();
 */
export function each<A, R extends Resources = object>(
  f: StageCall<A, unknown, R>,
  options?: StageOptions<A, R, SilentPolicy, "drop" | "fail">,
): PartialStage<A, never> {
  return checked((source) => source.each(f, options));
}

/**
 * The stage of {@link Pipeline.batch}, without a source.
 *
 * @throws {TypeError} For an unknown option or one of the wrong type; a `RangeError` for one out of range.
 * @example
 * await pipeline(texts).pipe(batch(100)).each((some) => console.log(some.length)).run();
 */
export function batch<A>(size: number, options?: BatchOptions): PartialStage<A, A[]> {
  return checked((source) => source.batch(size, options));
}

/**
 * The stage of {@link Pipeline.ordered}, without a source.
 *
 * @throws {TypeError} For an unknown option or one of the wrong type; a `RangeError` for one out of range.
 * @example
 * await pipeline(urls).pipe(map(fetchText, { mode: "async", workers: 10 }), ordered()).toArray();
 */
export function ordered<A>(options?: OrderedOptions): PartialStage<A, A> {
  return checked((source) => source.ordered(options));
}

/**
 * The stage of {@link Pipeline.through}, without a source.
 *
 * @throws {TypeError} When `transform` is no function.
 * @example
 * const loud = through(async function* (source: AsyncIterable<string>) {
 *   for await (const text of source) yield text.toUpperCase();
 * });
 * await pipeline(texts).pipe(loud).toArray();
 */
export function through<A, B>(transform: (source: AsyncIterable<A>) => Several<B>): PartialStage<A, B> {
  return checked((source) => source.through(transform));
}
