import { describe, expect, test } from "vitest";
import { CancelledError, RetryError, StoppedError, TimeoutError } from "../../src/errors/call-errors.ts";
import { LimitError } from "../../src/errors/limit-error.ts";
import { WorkerCrashedError } from "../../src/errors/worker-errors.ts";
import { type CallOptions, resolveCallOptions } from "../../src/pool/call-options.ts";
import { RetryRule, retryRules, usedUp, withPrevious } from "../../src/retry/retry.ts";
import { checkRetry, type RetryRuleOptions } from "../../src/retry/retry-options.ts";

const CONTEXT = { callId: 1, method: "fetch", attempt: 1 };

class OwnError extends Error {}
class DerivedError extends OwnError {}

describe("which errors are worth another attempt", () => {
  test.each<[string, unknown, boolean]>([
    ["an error of a method", new Error("no"), true],
    ["an error of a class of one's own", new OwnError("no"), true],
    ["a thrown text", "no", true],
    ["a thrown nothing", undefined, true],
    ["a time limit", new TimeoutError("late"), true],
    ["a worker that died", new WorkerCrashedError("died"), false],
    ["a cancelled call", new CancelledError("not needed"), false],
    ["a stopped pool", new StoppedError("stopped"), false],
    ["used up retries of an inner pool", new RetryError("never"), false],
    ["a limit not granted in time", new LimitError("LIMIT_TIMEOUT", "late"), true],
    ["too many who wait for a limit", new LimitError("LIMIT_QUEUE_FULL", "full"), true],
    ["a limit that could never be granted", new LimitError("LIMIT_EXCEEDS_CAPACITY", "much"), false],
  ])("by default: %s", (_what, error, isTaken) => {
    expect(new RetryRule({}).takes(error, CONTEXT)).toBe(isTaken);
  });

  test.each<[string, RetryRuleOptions["on"], unknown, boolean]>([
    ["a class takes its errors", OwnError, new OwnError("no"), true],
    ["a class takes those derived from it", OwnError, new DerivedError("no"), true],
    ["a class takes no others", OwnError, new RangeError("no"), false],
    ["Error takes our own errors, too", Error, new WorkerCrashedError("died"), true],
    ["Error takes no thrown text", Error, "no", false],
    ["a class of ours is known by its brand", WorkerCrashedError, new WorkerCrashedError("died"), true],
    ["one of several classes is enough", [RangeError, OwnError], new OwnError("no"), true],
    ["a predicate sees whatever was thrown", (error) => error === "busy", "busy", true],
    ["a predicate may refuse", (error) => error === "busy", "gone", false],
    ["a predicate beside a class", [RangeError, (error) => error === 503], 503, true],
    ["no class at all takes nothing", [], new Error("no"), false],
    ["a function that is also a class of values may be a predicate", Boolean as never, 0, false],
  ])("%s", (_what, on, error, isTaken) => {
    expect(new RetryRule(on === undefined ? {} : { on }).takes(error, CONTEXT)).toBe(isTaken);
  });

  test("a predicate is told of the call", () => {
    const told: unknown[] = [];
    const on = (_error: unknown, context: unknown): boolean => told.push(context) > 0;
    new RetryRule({ on }).takes(new Error("no"), { ...CONTEXT, attempt: 3 });
    expect(told).toEqual([{ callId: 1, method: "fetch", attempt: 3 }]);
  });
});

describe("which results will do", () => {
  test("without until all do, and none is looked at", () => {
    expect(new RetryRule({}).judgesResults).toBe(false);
    expect(new RetryRule({}).accepts(undefined, CONTEXT)).toBe(true);
  });

  test("with several all must say yes", () => {
    const rule = new RetryRule({ until: [(value: number) => value > 1, (value: number) => value < 5] });
    expect(rule.judgesResults).toBe(true);
    expect([1, 3, 5].map((value) => rule.accepts(value, CONTEXT))).toEqual([false, true, false]);
  });
});

describe("how often", () => {
  test.each([
    [{}, 3],
    [{ retries: 0 }, 0],
    [{ retries: 5 }, 5],
    [{ retries: undefined } as unknown as RetryRuleOptions, 3],
  ])("with %o there are %i waits", (options, waits) => {
    const rule = new RetryRule(options);
    let attempt = 1;
    while (rule.waitAfter(attempt) !== undefined) attempt += 1;
    expect(attempt - 1).toBe(waits);
  });

  test("by default the waits start at a second and double, less at most 30 %", () => {
    const rule = new RetryRule({}, () => 0);
    expect([1, 2, 3].map((attempt) => rule.waitAfter(attempt))).toEqual([1000, 2000, 4000]);
    expect(new RetryRule({}, () => 1).waitAfter(1)).toBeCloseTo(700);
  });
});

describe("rules of methods", () => {
  const methods = ["fetch", "store", "plain"];

  test("without options no method has one", () => {
    expect(retryRules(undefined, methods)).toEqual([undefined, undefined, undefined]);
  });

  test("a method's own options beat the common ones, and take the rest from them", () => {
    const options = {
      retries: 1,
      waitMs: 10,
      jitter: 0,
      methods: { fetch: { retries: 2 }, store: false },
    } as const;
    const [fetch, store, plain] = retryRules(options, methods);
    expect([fetch?.waitAfter(1), fetch?.waitAfter(2), fetch?.waitAfter(3)]).toEqual([10, 20, undefined]);
    expect(store).toBeUndefined();
    expect([plain?.waitAfter(1), plain?.waitAfter(2)]).toEqual([10, undefined]);
  });

  test("a method called like a member of Object.prototype has the common rule", () => {
    const [rule] = retryRules({ retries: 1, methods: {} }, ["hasOwnProperty"]);
    expect(rule).toBeInstanceOf(RetryRule);
  });
});

describe("options that are refused", () => {
  test.each<[string, unknown, ErrorConstructor, string | RegExp]>([
    ["a negative number", -1, TypeError, /^retry must be a plain object, got -1$/],
    ["a number", 3, TypeError, "retry must be a plain object, got 3; write retry: { retries: 3 }"],
    ["a misspelt name", { retires: 3 }, TypeError, 'did you mean "retries"?'],
    [
      "half an attempt",
      { retries: 1.5 },
      RangeError,
      "retry.retries must be an integer of at least 0, got 1.5",
    ],
    ["fewer than none", { retries: -1 }, RangeError, "got -1"],
    ["a text as count", { retries: "3" }, TypeError, 'got "3"'],
    ["an unknown algorithm", { algorithm: "expo" }, RangeError, '"exponential", "linear", "fibonacci"'],
    ["a negative wait", { waitMs: -1 }, RangeError, "retry.waitMs"],
    ["a wait that is no number", { waitMs: Number.NaN }, RangeError, "retry.waitMs"],
    ["a longest wait of nothing", { maxWaitMs: 0 }, RangeError, "retry.maxWaitMs"],
    ["jitter above 1", { jitter: 1.1 }, RangeError, "retry.jitter must be from 0 to 1, got 1.1"],
    ["jitter that is no number", { jitter: Number.NaN }, RangeError, "retry.jitter"],
    ["jitter as text", { jitter: "0.3" }, TypeError, "retry.jitter"],
    [
      "a name instead of a class",
      { on: "TypeError" },
      TypeError,
      'retry.on must be a function, got "TypeError"',
    ],
    [
      "a class of no errors",
      { on: Map },
      TypeError,
      "retry.on must be an error class or a function that says whether to try again, got function Map",
    ],
    ["one's own class of no errors", { on: [RangeError, class Queue {}] }, TypeError, "got class Queue"],
    ["one that is no function among several", { until: [() => true, 1] }, TypeError, "retry.until"],
    ["an unknown method", { methods: { fetsh: false } }, TypeError, 'did you mean "fetch"?'],
    ["a method set to true", { methods: { fetch: true } }, TypeError, "retry.methods.fetch"],
    ["a bad number of a method", { methods: { fetch: { retries: -1 } } }, RangeError, "retries"],
    ["methods inside a method", { methods: { fetch: { methods: {} } } }, TypeError, "retry.methods.fetch"],
  ])("%s", (_what, options, kind, message) => {
    expect(() => checkRetry(options, ["fetch", "store"])).toThrow(kind);
    expect(() => checkRetry(options, ["fetch", "store"])).toThrow(message);
  });

  test("rules that stand beside `retry` of a call are sent to their place", () => {
    const given = { retries: 3 } as CallOptions;
    expect(() => resolveCallOptions(given, ["fetch"])).toThrow(
      new TypeError('pool.with() has no option "retries"; did you mean retry: { retries }?'),
    );
  });

  test.each<[string, object]>([
    ["error classes", { on: [Error, DOMException, OwnError] }],
    ["functions of every make", { on: [() => true, Boolean, (() => false).bind(undefined)] }],
  ])("but not %s", (_what, options) => {
    expect(() => checkRetry(options)).not.toThrow();
  });

  test("methods are not looked at while the class isn't known", () => {
    expect(() => checkRetry({ methods: { anything: false } })).not.toThrow();
    expect(() => checkRetry({ methods: { anything: 1 } })).toThrow(TypeError);
  });
});

describe("the history of a call", () => {
  test("hangs at the last error, and isn't printed or copied with it", () => {
    const error = new Error("last");
    expect(withPrevious(error, ["first"])).toBe(error);
    expect((error as { previousErrors?: unknown }).previousErrors).toEqual(["first"]);
    expect(Object.keys(error)).toEqual([]);
  });

  test("is left out where there is none, or no place for it", () => {
    const frozen = Object.freeze(new Error("frozen"));
    expect(withPrevious(frozen, ["first"])).toBe(frozen);
    expect(withPrevious("text", ["first"])).toBe("text");
    expect("previousErrors" in (withPrevious(new Error("only"), []) as object)).toBe(false);
  });

  test("of results that would not do is in the error", () => {
    expect(usedUp("fetch", [1]).message).toContain("in 1 attempt.");
    expect(usedUp("fetch", [1, 2])).toMatchObject({ code: "RETRIES_USED_UP", results: [1, 2] });
    expect(usedUp("fetch", [1, 2]).message).toContain("in 2 attempts.");
  });
});
