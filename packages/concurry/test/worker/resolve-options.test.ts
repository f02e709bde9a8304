import { availableParallelism } from "node:os";
import { describe, expect, test } from "vitest";
import type { Engine } from "../../src/engine/engine.ts";
import type { WorkerOptions } from "../../src/worker/options.ts";
import { resolveOptions } from "../../src/worker/resolve-options.ts";
import { Worker } from "../../src/worker/worker.ts";

class Embedder extends Worker {
  embed(text: string): string {
    return text;
  }
}

const idleEngine: Engine = {
  name: "idle",
  wire: "clone",
  spawn: () => {
    throw new Error("options() starts nothing");
  },
};

describe("what is left out is filled in", () => {
  test("in thread mode", () => {
    expect(resolveOptions(Embedder, { mode: "thread" })).toMatchObject({
      mode: "thread",
      engine: { name: "thread" },
      maxWorkers: 1,
      loadBalancing: "round_robin",
      concurrency: 1,
      unwrapFutures: true,
      restart: { maxRestarts: 5, windowMs: 60_000 },
      name: "Embedder",
      env: undefined,
      execArgv: undefined,
      resourceLimits: undefined,
      stdio: undefined,
      startTimeoutMs: 60_000,
      actorOptions: undefined,
      methods: ["embed"],
    });
  });

  test.each([
    ["sync", 1],
    ["process", 1],
    ["async", Number.POSITIVE_INFINITY],
  ])("in %s mode the concurrency is %d", (mode, concurrency) => {
    expect(resolveOptions(Embedder, { mode })).toMatchObject({ mode, concurrency });
  });

  test("a class without a name is called (anonymous)", () => {
    expect(resolveOptions((() => class extends Worker {})(), { mode: "sync" }).name).toBe("(anonymous)");
  });

  test("half of restart keeps the other half's default", () => {
    const { restart } = resolveOptions(Embedder, { mode: "thread", restart: { maxRestarts: 1 } });

    expect(restart).toEqual({ maxRestarts: 1, windowMs: 60_000 });
  });
});

test("what is given is taken", () => {
  const given = {
    mode: "process",
    maxWorkers: 3,
    loadBalancing: "least_active",
    concurrency: 2,
    unwrapFutures: false,
    restart: false,
    name: "embedding",
    env: { A: "1", B: undefined },
    execArgv: ["--no-warnings"],
    resourceLimits: { maxOldGenerationSizeMb: 64 },
    stdio: ["ignore", "inherit", "inherit"],
    startTimeoutMs: 500,
    actorOptions: { num_cpus: 1 },
  } as const;

  expect(resolveOptions(Embedder, given)).toMatchObject(given);
});

test('"auto" is as many workers as the machine runs at once', () => {
  expect(resolveOptions(Embedder, { mode: "thread", maxWorkers: "auto" }).maxWorkers).toBe(
    availableParallelism(),
  );
});

test("an engine of one's own is a mode", () => {
  expect(resolveOptions(Embedder, { mode: idleEngine, maxWorkers: 2 })).toMatchObject({
    mode: "idle",
    engine: idleEngine,
    maxWorkers: 2,
  });
});

test("what is undefined counts as left out", () => {
  expect(resolveOptions(Embedder, { mode: "thread", maxWorkers: undefined })).toMatchObject({
    maxWorkers: 1,
  });
});

describe("static config", () => {
  class Configured extends Worker {
    static readonly config: WorkerOptions = { mode: "thread", maxWorkers: 3, name: "configured" };
  }

  test("gives what options() leave out, and they count more", () => {
    expect(resolveOptions(Configured, undefined)).toMatchObject({ mode: "thread", maxWorkers: 3 });
    expect(resolveOptions(Configured, { maxWorkers: 2 })).toMatchObject({
      maxWorkers: 2,
      name: "configured",
    });
  });

  test("does not count for subclasses", () => {
    class Sub extends Configured {}

    expect(() => resolveOptions(Sub, {})).toThrow("Sub.options() needs a mode");
    expect(resolveOptions(Sub, { mode: "thread" })).toMatchObject({ maxWorkers: 1, name: "Sub" });
  });

  test("that asks for several workers does not keep a pool from sync mode", () => {
    expect(resolveOptions(Configured, { mode: "sync" })).toMatchObject({ mode: "sync", maxWorkers: 1 });
  });

  test("is checked, with its own name in messages", () => {
    class Wrong extends Worker {
      static readonly config = { mode: "thread", maxWorkerz: 3 };
    }

    expect(() => resolveOptions(Wrong, {})).toThrow(
      new TypeError('static config of Wrong has no option "maxWorkerz"; did you mean "maxWorkers"?'),
    );
  });
});

describe("where the class is found", () => {
  test("is asked when a worker is started, not before", () => {
    const nowhere = resolveOptions(Embedder, { mode: "thread", module: "https://example.org/a.js" });

    expect(() => nowhere.locate()).toThrow(
      new TypeError('module must be a path or a file: URL, got "https://example.org/a.js"'),
    );
  });

  test("is this file for a class of this file, or what module says", () => {
    const found = resolveOptions(Embedder, { mode: "thread" }).locate();
    const told = resolveOptions(Embedder, { mode: "thread", module: new URL("file:///a.js") }).locate();

    expect(found).toMatchObject({ className: "Embedder", candidates: [{ via: "hook" }] });
    expect(found.candidates[0]?.url).toContain("resolve-options.test.ts");
    expect(told.candidates).toMatchObject([{ url: "file:///a.js", via: "explicit" }]);
  });
});
