import type { Readable } from "node:stream";
import { aBoolean, nonEmptyString, positiveInteger, show } from "concurry/internal";
import type { Element } from "./elements/element.ts";
import { checkSource, type Source } from "./graph/source-kind.ts";
import { Stage } from "./graph/stage.ts";
import { walkGraph } from "./graph/walk-graph.ts";
import { type BatchOptions, batchDraft } from "./operators/batch.ts";
import { callDraft } from "./operators/call.ts";
import { type ConcatOptions, concatDraft } from "./operators/concat.ts";
import { type Draft, stageOf } from "./operators/draft.ts";
import { checkOrdered, type OrderedOptions, orderedDraft } from "./operators/ordered.ts";
import { type BranchesOf, type TeeOptions, teeDrafts } from "./operators/tee.ts";
import { throughDraft } from "./operators/through.ts";
import { checkOptions } from "./options/check-options.ts";
import { type PipelineOptions, type RunOptions, resolveRunOptions } from "./options/run-options.ts";
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
import { PipelineRun } from "./runtime/pipeline-run.ts";
import { branchOf } from "./runtime/shared-tee.ts";
import { showAs } from "./stats/show-as.ts";
import { toNodeReadable } from "./streams/to-node-stream.ts";
import { toWebReadable } from "./streams/to-web-stream.ts";

let stageOfPipeline: (pipeline: Pipeline<unknown>) => Stage;
let nameOfPipeline: (pipeline: Pipeline<unknown>) => string;

/**
 * Stages joined by bounded queues. A description: each iteration is a run of its own, and nothing starts before the first
 * `next()`.
 *
 * Made by {@link pipeline}.
 */
export class Pipeline<T> implements AsyncIterable<T> {
  readonly #stage: Stage;
  readonly #name: string;

  /** @internal */
  constructor(stage: Stage, name: string) {
    this.#stage = stage;
    this.#name = name;
  }

  static {
    stageOfPipeline = (given) => given.#stage;
    nameOfPipeline = (given) => given.#name;
    showAs(Pipeline, "Pipeline", ({ stage }) => ({
      stages: walkGraph(stage).stages.map(({ name }) => name),
    }));
  }

  /** Its last stage, and by that all that lead to it: a description. */
  get stage(): Stage {
    return this.#stage;
  }

  /**
   * Makes one element of each.
   *
   * @param f Called with the value and its {@link Context}.
   * @throws {TypeError} For an unknown option or one of the wrong type; a `RangeError` for one out of range.
   * @throws {WorkerNotFoundError} For a closure, a bound or a native function in thread or process mode.
   * @example
   * await pipeline([1, 2]).map((value) => value * 10).toArray(); // [10, 20]
   */
  map<
    B,
    R extends Resources = object,
    const E extends ErrorPolicy | RetryPolicy = "fail",
    const O extends TimeoutPolicy = "drop",
  >(f: StageCall<T, B, R>, options?: StageOptions<T, R, E, O>): Pipeline<Yielded<B, E, O>> {
    return this.#then(callDraft("map", f, options));
  }

  /**
   * Makes any number of elements of each: those of the iterable that `f` returns.
   *
   * @param f Called with the value and its {@link Context}; a generator, or what returns an iterable, an async iterable or
   * a promise of one.
   * @throws {TypeError} For an unknown option or one of the wrong type; a `RangeError` for one out of range.
   * @throws {WorkerNotFoundError} For a closure, a bound or a native function in thread or process mode.
   * @example
   * await pipeline(["a b", "c"]).flatMap((line) => line.split(" ")).toArray(); // ["a", "b", "c"]
   */
  flatMap<
    B,
    R extends Resources = object,
    const E extends ErrorPolicy | RetryPolicy = "fail",
    const O extends TimeoutPolicy = "drop",
  >(f: StageCall<T, Several<B>, R>, options?: StageOptions<T, R, E, O>): Pipeline<Yielded<B, E, O>> {
    return this.#then(callDraft("flatMap", f, options));
  }

  /**
   * Keeps the elements for which `f` says something true, at once or by a promise.
   *
   * @param f Called with the value and its {@link Context}; a type guard narrows.
   * @throws {TypeError} For an unknown option or one of the wrong type; a `RangeError` for one out of range.
   * @throws {WorkerNotFoundError} For a closure, a bound or a native function in thread or process mode.
   * @example
   * await pipeline([1, 2, 3]).filter((value) => value !== 2).toArray(); // [1, 3]
   */
  filter<S extends T, R extends Resources = object>(
    f: (value: T, ...rest: never[]) => value is S,
    options?: StageOptions<T, R, "fail" | "skip", "drop" | "fail">,
  ): Pipeline<S>;
  filter<
    R extends Resources = object,
    const E extends ErrorPolicy | RetryPolicy = "fail",
    const O extends TimeoutPolicy = "drop",
  >(f: StageCall<T, unknown, R>, options?: StageOptions<T, R, E, O>): Pipeline<Yielded<T, E, O>>;
  filter(f: unknown, options?: unknown): Pipeline<never> {
    return this.#then(callDraft("filter", f, options));
  }

  /**
   * Calls `f` with each element and yields nothing: `.each(f).run()`.
   *
   * @param f Called with the value and its {@link Context}.
   * @throws {TypeError} For an unknown option or one of the wrong type; a `RangeError` for one out of range.
   * @throws {WorkerNotFoundError} For a closure, a bound or a native function in thread or process mode.
   * @example
   * await pipeline(urls).map(fetchText, { mode: "async" }).each(save, { mode: "async", workers: 4 }).run();
   */
  each<R extends Resources = object>(
    f: StageCall<T, unknown, R>,
    options?: StageOptions<T, R, SilentPolicy, "drop" | "fail">,
  ): Pipeline<never> {
    return this.#then(callDraft("each", f, options));
  }

  /**
   * Puts `size` elements at a time in an array; the last may be shorter. Its index is that of its first element.
   *
   * @param size Integer, 1 or more.
   * @throws {TypeError} For an unknown option or one of the wrong type; a `RangeError` for one out of range.
   * @example
   * await pipeline([1, 2, 3]).batch(2).toArray(); // [[1, 2], [3]]
   */
  batch(size: number, options?: BatchOptions): Pipeline<T[]> {
    return this.#then(batchDraft(size, options));
  }

  /**
   * Gives elements in the order of their indexes, each as soon as none before it can come.
   *
   * @throws {TypeError} For an unknown option or one of the wrong type; a `RangeError` for one out of range.
   * @throws {RangeError} For a `window` that is not Infinity behind a source with `indexed: true`.
   * @example
   * await pipeline(urls).map(fetchText, { mode: "async", workers: 10 }).ordered({ window: 64 }).toArray();
   */
  ordered(options?: OrderedOptions): Pipeline<T> {
    const draft = orderedDraft(options);
    checkOrdered(draft, this.#stage);
    return this.#then(draft);
  }

  /**
   * Makes `count` pipelines that each get every element; what is before them runs once. They may be joined again, or be
   * iterated apart; one that nobody reads for 5 seconds while it is full fails the run with a {@link PipelineStalledError}.
   *
   * @param count Integer, 1 or more.
   * @throws {TypeError} For an unknown option or one of the wrong type; a `RangeError` for one out of range.
   * @example
   * const [short, long] = pipeline(texts).tee(2);
   * const lines = concat([short.filter((text) => text.length < 80), long.flatMap((text) => text.split("\n"))]);
   */
  tee<const N extends number>(count: N, options?: TeeOptions): BranchesOf<Pipeline<T>, N> {
    positiveInteger("The count of tee()", count);
    const { tee, branches } = teeDrafts(count, options);
    const upstream = [stageOf(tee, [this.#stage])];
    return branches.map((branch) => new Pipeline(stageOf(branch, upstream), this.#name)) as BranchesOf<
      Pipeline<T>,
      N
    >;
  }

  /**
   * Passes all elements through code of your own: `transform` gets them as an async iterable and returns an iterable.
   * Indexes start at 0 again.
   *
   * @throws {TypeError} When `transform` is no function.
   * @example
   * const firstTwo = pipeline(texts).through(async function* (source) {
   *   let count = 0;
   *   for await (const value of source) {
   *     yield value;
   *     if (++count === 2) return;
   *   }
   * });
   */
  through<B>(transform: (source: AsyncIterable<T>) => Several<B>): Pipeline<B> {
    return this.#then(throughDraft(transform));
  }

  /**
   * Puts the index of each element beside its value.
   *
   * @example
   * await pipeline(["a b"]).flatMap((line) => line.split(" ")).withIndex().toArray();
   * // [{ index: [0, 0], value: "a" }, { index: [0, 1], value: "b" }]
   */
  withIndex(): Pipeline<Element<T>> {
    return this.#then({ name: "withIndex", work: { kind: "index" } });
  }

  /**
   * Goes on with these stages, in turn.
   *
   * @example
   * const double = map((value: number) => value * 2);
   * await pipeline([1]).pipe(double, double).toArray(); // [4]
   */
  pipe<B>(first: (source: Pipeline<T>) => Pipeline<B>): Pipeline<B>;
  pipe<B, C>(
    first: (source: Pipeline<T>) => Pipeline<B>,
    second: (source: Pipeline<B>) => Pipeline<C>,
  ): Pipeline<C>;
  pipe<B, C, D>(
    first: (source: Pipeline<T>) => Pipeline<B>,
    second: (source: Pipeline<B>) => Pipeline<C>,
    third: (source: Pipeline<C>) => Pipeline<D>,
  ): Pipeline<D>;
  pipe(...partials: ((source: Pipeline<never>) => Pipeline<never>)[]): Pipeline<never>;
  pipe(...partials: ((source: Pipeline<never>) => Pipeline<never>)[]): Pipeline<never> {
    for (const partial of partials) checkPartial(partial);
    return partials.reduce((piped, partial) => partial(piped), this as unknown as Pipeline<never>);
  }

  /**
   * Starts a run: its workers come up now, its sources are read from the first `next()` on.
   *
   * @throws {TypeError} For an unknown option or one of the wrong type; a `RangeError` for one out of range.
   * @example
   * const run = pipeline(urls).map(fetchText, { mode: "async" }).start({ signal: AbortSignal.timeout(10_000) });
   * for await (const text of run) console.log(text.length, run.stats().pulled);
   */
  start(options?: RunOptions): PipelineRun<T> {
    return this.#run("start()", options).start();
  }

  /**
   * Runs to the end and throws the results away.
   *
   * @throws The first error of a function, of `onStart`, `onDone` or of a source; the reason of an aborted `signal`.
   * @throws {StageReuseError} When a source can be read only once and was already.
   * @example
   * await pipeline(urls).each(async (url) => save(await fetchText(url)), { mode: "async", workers: 10 }).run();
   */
  async run(options?: RunOptions): Promise<void> {
    for await (const _ of this.#run("run()", options)) {
      // Nobody wants it.
    }
  }

  /**
   * Runs to the end; resolves to the results.
   *
   * @throws As {@link Pipeline.run}.
   * @example
   * await pipeline([1, 2, 3]).filter((value) => value !== 2).toArray({ stopMs: 300 }); // [1, 3]
   */
  async toArray(options?: RunOptions): Promise<T[]> {
    const results: T[] = [];
    for await (const result of this.#run("toArray()", options)) results.push(result);
    return results;
  }

  /**
   * A Node stream of the results, in object mode; destroying it stops the run, and an error of the run destroys it.
   *
   * @example
   * pipeline(urls).map(fetchText, { mode: "async", workers: 10 }).toReadable().pipe(process.stdout);
   */
  toReadable(options?: RunOptions): Readable {
    return toNodeReadable(this.#run("toReadable()", options));
  }

  /**
   * A web stream of the results; cancelling it stops the run, and an error of the run is its own.
   *
   * @example
   * const response = new Response(pipeline(texts).map((text) => Buffer.from(text)).toReadableStream());
   */
  toReadableStream(options?: RunOptions): ReadableStream<T> {
    return toWebReadable(this.#run("toReadableStream()", options));
  }

  /** Starts a run at the first `next()`; leaving the loop stops it and waits until nothing of it is left. */
  [Symbol.asyncIterator](): AsyncIterator<T, undefined> {
    return this.#run("iteration", undefined)[Symbol.asyncIterator]();
  }

  #run(owner: string, options: RunOptions | undefined): PipelineRun<T> {
    return new PipelineRun(this.#name, this.#stage, resolveRunOptions(owner, options), branchOf);
  }

  #then<B>(draft: Draft): Pipeline<B> {
    return new Pipeline(stageOf(draft, [this.#stage]), this.#name);
  }
}

/**
 * Makes a pipeline of a source: an iterable, an async iterable, a Node or web stream, another pipeline, or a function that
 * returns an iterable for each run.
 *
 * @throws {TypeError} For what can't be iterated, an unknown option, or one of the wrong type.
 * @example
 * for await (const text of pipeline(urls).map(fetchText, { mode: "async", workers: 10 })) console.log(text);
 */
export function pipeline<T>(
  source: Source<Element<T>>,
  options: PipelineOptions & { readonly indexed: true },
): Pipeline<T>;
export function pipeline<T>(source: Source<T>, options?: PipelineOptions): Pipeline<T>;
export function pipeline(source: unknown, given: PipelineOptions = {}): Pipeline<never> {
  const options: PipelineOptions = checkOptions("pipeline()", given, {
    name: (value) => nonEmptyString("name", value),
    indexed: (value) => aBoolean("indexed", value),
  });
  if (source instanceof Pipeline) {
    return new Pipeline(stageOfPipeline(source), options.name ?? nameOfPipeline(source));
  }
  checkSource("pipeline()", source);
  const { name = "pipeline", indexed = false } = options;
  return new Pipeline(new Stage("source", { kind: "source", source, isIndexed: indexed }, []), name);
}

/** @throws {TypeError} For what can't be a stage without a source. */
export function checkPartial(partial: unknown): void {
  if (typeof partial === "function") return;
  throw new TypeError(`pipe() takes stages without a source, as map(f) makes them, got ${show(partial)}`);
}

/** @param wanted Begins the message. @throws {TypeError} For what is no array of pipelines. */
export function checkPipelines(wanted: string, given: unknown): void {
  if (!Array.isArray(given)) throw new TypeError(`${wanted}, got ${show(given)}`);
  const place = given.findIndex((each) => !(each instanceof Pipeline));
  if (place < 0) return;
  const wrong: unknown = given[place];
  const shown = Array.isArray(wrong) ? "an array" : show(wrong);
  const hint = Array.isArray(wrong)
    ? `; wrap it: pipeline(${show(wrong).replace(/^\[ | \]$/g, (end) => end.trim())})`
    : "";
  throw new TypeError(`${wanted}, got ${shown} at ${place}${hint}`);
}

/** What pipelines yield, of any of them. */
export type ElementOf<P> = P extends Pipeline<infer T> ? T : never;

/**
 * Makes one pipeline of several, which run at the same time. Ends when all have.
 *
 * @throws {TypeError} For what is no array of pipelines, an unknown option or one of the wrong type; a `RangeError` for one
 * out of range.
 * @example
 * await concat([pipeline([1, 2]), pipeline([3])]).toArray(); // 1, 2 and 3, as they come
 */
export function concat<P extends Pipeline<unknown>>(
  pipelines: readonly P[],
  options?: ConcatOptions,
): Pipeline<ElementOf<P>> {
  checkPipelines("concat() takes an array of pipelines", pipelines);
  const stage = stageOf(concatDraft(options), pipelines.map(stageOfPipeline));
  return new Pipeline(stage, pipelines[0] === undefined ? "pipeline" : nameOfPipeline(pipelines[0]));
}
