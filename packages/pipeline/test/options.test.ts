import { inspect } from "node:util";
import { concat, map, pipeline, pl, run } from "@concurry/pipeline";
import { expect, test } from "vitest";

const line = pipeline([1]);
const same = (x: number): number => x;

test.each([
  {
    given: { workers: 4 },
    error: new RangeError(
      'workers must be 1 in sync mode, got 4; for several use mode "async", "thread" or "process"',
    ),
  },
  {
    given: { mode: "threads" },
    error: new RangeError(
      'mode must be one of "sync", "async", "thread", "process", "ray", got "threads"; did you mean "thread"?',
    ),
  },
  {
    given: { mode: "task" },
    error: new RangeError(
      'mode must be one of "sync", "async", "thread", "process", "ray", got "task"; did you mean "async"?',
    ),
  },
  {
    given: { mode: "async", transfer: () => [] },
    error: new TypeError('transfer is for workers in threads or processes, got mode "async"'),
  },
  {
    given: { onError: { retry: 2 } },
    error: new TypeError('onError has no option "retry"; did you mean "retries"?'),
  },
  {
    given: { onError: { retries: -1 } },
    error: new RangeError("onError.retries must be an integer of at least 0, got -1"),
  },
  {
    given: { onError: 3 },
    error: new TypeError('onError must be "fail", "skip", "yield" or rules for retries, got 3'),
  },
  {
    given: { mode: "async", workers: 0 },
    error: new RangeError("workers must be an integer of at least 1, got 0"),
  },
  { given: { worker: 2 }, error: new TypeError('map() has no option "worker"; did you mean "workers"?') },
  {
    given: { mode: "async", workers: Number.POSITIVE_INFINITY },
    error: new RangeError("maxsize must be 0 or Infinity where workers is Infinity"),
  },
  {
    given: { restart: false },
    error: new TypeError('restart is for workers in threads or processes, got mode "sync"'),
  },
  {
    given: { onError: { retries: 1, methods: {} } },
    error: new TypeError('onError has no option "methods": a stage has one function'),
  },
  {
    given: { onError: "ignore" },
    error: new RangeError('onError must be one of "fail", "skip", "yield", got "ignore"'),
  },
])("$error.message", ({ given, error }) => {
  expect(() => line.map(same, given as object)).toThrow(error);
});

test.each([
  { onError: "yield" },
  // biome-ignore lint/suspicious/noThenProperty: the name of an option; it is no function.
  { onError: { retries: 1, then: "yield" } },
  { mode: "async", timeoutMs: 100, onTimeout: "yield" },
])("a stage that yields nothing yields no outcomes either: %j", (given) => {
  expect(() => line.each(same, given as object)).toThrow(
    new TypeError('each() yields nothing, got onError or onTimeout "yield": use map() for outcomes'),
  );
});

test("a time limit can't be kept in sync mode", () => {
  expect(() => line.map(same, { timeoutMs: 100 })).toThrow(TypeError);
});

test("what is no source, function or size is refused", () => {
  expect(() => pipeline(5 as never)).toThrow("pipeline() takes an iterable");
  expect(() => line.map(5 as never)).toThrow(TypeError);
  expect(() => line.batch(0)).toThrow(RangeError);
  expect(() => line.tee(0)).toThrow(RangeError);
  expect(() => line.ordered({ window: 0 })).toThrow(RangeError);
  expect(() => line.start({ stopMs: -1 })).toThrow(RangeError);
  expect(() => line.start({ sgnal: 1 } as object)).toThrow('did you mean "signal"?');
});

const wrong = 3 as never;

test.each([
  [() => line.map(same, wrong), "The options of map() must be a plain object, got 3"],
  [() => line.batch(2, wrong), "The options of batch() must be a plain object, got 3"],
  [() => pipeline([1], "x" as never), 'The options of pipeline() must be a plain object, got "x"'],
  [() => line.start(wrong), "The options of start() must be a plain object, got 3"],
  [
    () => pl.thread.map(same, [1, 2, 3] as never),
    "The options of map() must be a plain object, got an array; the source goes to pipeline(source)",
  ],
  [() => pl.thread.map(same, wrong), "The options of map() must be a plain object, got 3"],
  [() => line.pipe(wrong), "pipe() takes stages without a source, as map(f) makes them, got 3"],
  [() => map(same).pipe(wrong), "pipe() takes stages without a source, as map(f) makes them, got 3"],
  [() => concat(wrong), "concat() takes an array of pipelines, got 3"],
  [() => concat([line, wrong]), "concat() takes an array of pipelines, got 3 at 1"],
  [
    () => concat([[1, 2]] as never),
    "concat() takes an array of pipelines, got an array at 0; wrap it: pipeline([1, 2])",
  ],
  [
    () => pipeline(Promise.resolve([1]) as never),
    "pipeline() takes an iterable, an async iterable, a stream or a function that returns one, got a promise; await it first",
  ],
  [
    () => line.start({ progress: { perstage: true } as never }),
    'progress has no option "perstage"; did you mean "perStage"?',
  ],
])("%s: %s", (wrongCall, message) => {
  expect(wrongCall).toThrow(new TypeError(message));
});

test("a signal that no process can catch is refused", () => {
  expect(() => line.start({ signals: ["SIGKILL"] })).toThrow(
    new RangeError(`signals can't have "SIGKILL": no process can catch it`),
  );
});

test("run() refuses what is no pipeline", async () => {
  await expect(run(wrong)).rejects.toThrow(new TypeError("run() takes pipelines, got 3 at 0"));
});

test.each([
  [(() => 3) as never, "The function of through() must return an iterable or an async iterable, got number"],
  [
    (async () => [1]) as never,
    "The function of through() must return an iterable or an async iterable, got a promise; make it an async generator",
  ],
])("what can't be iterated behind a through is told as such", async (transform, message) => {
  await expect(line.through(transform).run()).rejects.toThrow(new TypeError(message));
});

test("pipelines and runs show what they are", async () => {
  const stages = line.map(same).filter((x) => x > 0, { name: "positive" });
  expect(inspect(stages)).toBe("Pipeline { stages: [ 'source', 'same', 'positive' ] }");
  expect(inspect([[[stages]]])).toBe("[ [ [ [Pipeline] ] ] ]");
  const started = stages.start();
  expect(inspect(started)).toMatch(/^PipelineRun \{\s+name: 'pipeline',\s+state: 'running',/);
  await started.stop();
});
