import { describe, expect, test } from "vitest";
import { resolveOptions } from "../../src/worker/resolve-options.ts";
import { Worker } from "../../src/worker/worker.ts";

class Embedder extends Worker {
  embed(text: string): string {
    return text;
  }
}

test.each<readonly [unknown, ErrorConstructor, string | RegExp]>([
  [
    undefined,
    TypeError,
    /^Embedder\.options\(\) needs a mode: "sync", "async", "thread", "process", or an engine\./,
  ],
  [{}, TypeError, /^Embedder\.options\(\) needs a mode: /],
  ["thread", TypeError, 'Embedder.options() must be a plain object, got "thread"'],
  [{ mode: "threads" }, RangeError, /^mode must be one of .*, got "threads"/],
  [{ mode: 5 }, TypeError, /^mode must be .*, got 5$/],
  [{ mode: "ray" }, Error, /npm install @concurry\/ray/],
  [
    { mode: "sync", maxWorkers: 4 },
    RangeError,
    /^maxWorkers must be 1 in sync mode, got 4; for several workers use mode "thread" or "process"$/,
  ],
  [
    { mode: "async", maxWorkers: 2 },
    RangeError,
    /^maxWorkers must be 1 in async mode, got 2; for several .* "process"; in one, "concurrency" says how many /,
  ],
  [{ mode: "sync", maxWorkers: "auto" }, RangeError, 'maxWorkers must be 1 in sync mode, got "auto"; for'],
  [{ mode: "thread", maxWorkers: 0 }, RangeError, "maxWorkers must be an integer of at least 1, got 0"],
  [{ mode: "thread", maxWorkers: 1.5 }, RangeError, "maxWorkers must be an integer of at least 1, got 1.5"],
  [{ mode: "thread", maxWorkers: "4" }, TypeError, 'maxWorkers must be an integer of at least 1, got "4"'],
  [
    { mode: "thread", maxWorker: 4 },
    TypeError,
    'Embedder.options() has no option "maxWorker"; did you mean "maxWorkers"?',
  ],
  [
    { mode: "thread", max_workers: 4 },
    TypeError,
    'Embedder.options() has no option "max_workers"; did you mean "maxWorkers"?',
  ],
  [
    { mode: "thread", colour: 1 },
    TypeError,
    /^Embedder\.options\(\) has no option "colour"; it has mode, maxWorkers, /,
  ],
  [
    { mode: "thread", retry: 3 },
    TypeError,
    "retry must be a plain object, got 3; write retry: { retries: 3 }",
  ],
  [
    { mode: "thread", retry: { methods: { embed: 2 } } },
    TypeError,
    "retry.methods.embed must be a plain object, got 2; write embed: { retries: 2 }",
  ],
  [
    { mode: "thread", retries: 3 },
    TypeError,
    'Embedder.options() has no option "retries"; did you mean retry: { retries }?',
  ],
  [
    { mode: "thread", waitMs: 100 },
    TypeError,
    'Embedder.options() has no option "waitMs"; did you mean retry: { waitMs }?',
  ],
  [
    { mode: "thread", maxRestarts: 1 },
    TypeError,
    'Embedder.options() has no option "maxRestarts"; did you mean restart: { maxRestarts }?',
  ],
  [
    { mode: "thread", windowMs: 1 },
    TypeError,
    'Embedder.options() has no option "windowMs"; did you mean restart: { windowMs }?',
  ],
  [
    { mode: "thread", loadBalancing: "fair" },
    RangeError,
    /^loadBalancing must be one of "round_robin" .*, got "fair"/,
  ],
  [
    { mode: "thread", loadBalancing: { name: "mine" } },
    TypeError,
    /^"select" of load balancer "mine" must be a function, got undefined/,
  ],
  [{ mode: "thread", concurrency: 0 }, RangeError, "concurrency must be an integer of at least 1, got 0"],
  [{ mode: "thread", unwrapFutures: 1 }, TypeError, "unwrapFutures must be true or false, got 1"],
  [{ mode: "thread", restart: true }, TypeError, "restart must be a plain object, got true"],
  [
    { mode: "thread", restart: { max: 1 } },
    TypeError,
    'restart has no option "max"; it has maxRestarts, windowMs',
  ],
  [
    { mode: "thread", restart: { maxRestarts: -1 } },
    RangeError,
    "restart.maxRestarts must be an integer of at least 0, got -1",
  ],
  [
    { mode: "thread", restart: { windowMs: 0 } },
    RangeError,
    "restart.windowMs must be milliseconds from 1 to 2147483647, got 0",
  ],
  [{ mode: "thread", name: "" }, RangeError, 'name must be a string that is not empty, got ""'],
  [{ mode: "thread", env: "A=1" }, TypeError, 'env must be an object, got "A=1"'],
  [{ mode: "thread", env: { A: 1 } }, TypeError, "env.A must be a string, got 1"],
  [
    { mode: "thread", execArgv: "--no-warnings" },
    TypeError,
    'execArgv must be an array of strings, got "--no-warnings"',
  ],
  [
    { mode: "thread", resourceLimits: { heap: 1 } },
    TypeError,
    /^resourceLimits has no option "heap"; it has maxOldGenerationSizeMb, /,
  ],
  [
    { mode: "thread", resourceLimits: { stackSizeMb: 0 } },
    RangeError,
    "resourceLimits.stackSizeMb must be a number above 0, got 0",
  ],
  [{ mode: "thread", stdio: "pipe" }, TypeError, /^stdio must be "inherit", "ignore", .*, got "pipe"$/],
  [{ mode: "thread", module: 5 }, TypeError, "module must be a string, got 5"],
  [
    { mode: "thread", startTimeoutMs: 0 },
    RangeError,
    "startTimeoutMs must be milliseconds from 1 to 2147483647, got 0",
  ],
  [{ mode: "thread", actorOptions: [] }, TypeError, "actorOptions must be a plain object, got []"],
])("%o is refused", (given, ErrorClass, message) => {
  const resolve = (): unknown => resolveOptions(Embedder, given);

  expect(resolve).toThrow(ErrorClass);
  expect(resolve).toThrow(message);
});

describe("classes that no pool can be made of", () => {
  const refuse = (workerClass: unknown): unknown =>
    resolveOptions(workerClass as typeof Embedder, { mode: "sync" });

  test("are Worker itself, of any copy of the package", () => {
    const message = "Worker itself can't be put in a pool: write a class that extends it.";

    expect(() => refuse(Worker)).toThrow(new TypeError(message));
    expect(() => refuse(Object.getPrototypeOf(Worker))).toThrow(new TypeError(message));
  });

  test("are other classes, functions and values", () => {
    class Plain {}

    expect(() => refuse(Plain)).toThrow(
      new TypeError("The class of a pool must be a subclass of Worker, got class Plain"),
    );
    expect(() => refuse(() => 1)).toThrow("must be a subclass of Worker, got function (anonymous)");
    expect(() => refuse(undefined)).toThrow("must be a subclass of Worker, got undefined");
  });

  test("are those with a method of a reserved name", () => {
    class Stops extends Worker {
      stop(): void {}
    }

    expect(() => refuse(Stops)).toThrow(
      'Stops can\'t have a method "stop": it is a member of every pool. Rename it.',
    );
  });
});
