import { pipeline } from "@concurry/pipeline";
import { expect, test } from "vitest";

const line = pipeline([1]);
const same = (x: number): number => x;

test.each([
  { given: { workers: 4 }, error: new RangeError("workers must be 1 in sync mode, got 4") },
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
