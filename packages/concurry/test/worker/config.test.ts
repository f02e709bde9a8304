import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { configure, withConfig } from "../../src/worker/config.ts";
import type { Config, WorkerOptions } from "../../src/worker/options.ts";
import { resolveOptions } from "../../src/worker/resolve-options.ts";
import { Worker } from "../../src/worker/worker.ts";

class Embedder extends Worker {}

class Configured extends Worker {
  static readonly config: WorkerOptions = { mode: "thread", startTimeoutMs: 20 };
}

const startTimeout = (options: WorkerOptions = {}, workerClass = Embedder): number =>
  resolveOptions(workerClass, { mode: "thread", ...options }).startTimeoutMs;

// Each test sets what it needs: `configure` only ever adds.
const ofProgram = (config: Config): void =>
  configure({
    thread: { startTimeoutMs: undefined, maxWorkers: undefined },
    defaults: { mode: undefined, startTimeoutMs: undefined, maxWorkers: undefined },
    ...config,
  } as Config);

test("what counts more: options, static config, withConfig, configure by mode, configure for all, the table", () => {
  const all = { thread: { startTimeoutMs: 50 }, defaults: { startTimeoutMs: 60 } };
  ofProgram({});
  expect(startTimeout()).toBe(60_000);
  ofProgram({ defaults: { startTimeoutMs: 60 } });
  expect(startTimeout()).toBe(60);
  configure(all);
  expect(startTimeout()).toBe(50);
  withConfig({ defaults: { startTimeoutMs: 40 } }, () => {
    expect(startTimeout()).toBe(40);
    withConfig({ thread: { startTimeoutMs: 30 }, defaults: { startTimeoutMs: 35 } }, () => {
      expect(startTimeout()).toBe(30);
      expect(startTimeout({}, Configured)).toBe(20);
      expect(startTimeout({ startTimeoutMs: 10 }, Configured)).toBe(10);
    });
  });
});

test("defaults of one mode don't touch another", () => {
  ofProgram({ thread: { startTimeoutMs: 50 } });

  expect(startTimeout({ mode: "process" })).toBe(60_000);
});

test("configure adds to what was set, and replaces what is set again", () => {
  ofProgram({ thread: { startTimeoutMs: 50 } });
  configure({ thread: { maxWorkers: 2 } });
  configure({ thread: { startTimeoutMs: 70 } });

  expect(resolveOptions(Embedder, { mode: "thread" })).toMatchObject({ startTimeoutMs: 70, maxWorkers: 2 });
});

test("the mode may come from the configuration, the inner one before the outer", () => {
  ofProgram({ defaults: { mode: "process" } });
  expect(resolveOptions(Embedder, undefined).mode).toBe("process");
  withConfig({ defaults: { mode: "async" } }, () => {
    withConfig({ thread: { maxWorkers: 2 } }, () => {
      expect(resolveOptions(Embedder, undefined).mode).toBe("async");
      expect(resolveOptions(Configured, undefined)).toMatchObject({ mode: "thread", maxWorkers: 2 });
    });
  });
});

test("workers for all modes are none too many for sync mode", () => {
  ofProgram({ defaults: { maxWorkers: 8 } });

  expect(resolveOptions(Embedder, { mode: "sync" }).maxWorkers).toBe(1);
  expect(resolveOptions(Embedder, { mode: "process" }).maxWorkers).toBe(8);
});

describe("withConfig", () => {
  const inner: Config = { defaults: { startTimeoutMs: 30 } };

  test("returns what the function returns, and throws what it throws", () => {
    expect(withConfig(inner, () => "result")).toBe("result");
    expect(() =>
      withConfig(inner, () => {
        throw new Error("from inside");
      }),
    ).toThrow("from inside");
  });

  test("ends with its function, also when that throws or rejects", async () => {
    ofProgram({});
    withConfig(inner, () => {});
    expect(startTimeout()).toBe(60_000);
    expect(() =>
      withConfig(inner, () => {
        throw new Error("from inside");
      }),
    ).toThrow();
    expect(startTimeout()).toBe(60_000);
    await expect(withConfig(inner, () => Promise.reject(new Error("from inside")))).rejects.toThrow();
    expect(startTimeout()).toBe(60_000);
  });

  test("follows its function across awaits, and no other one", async () => {
    ofProgram({});
    const configured = withConfig(inner, async () => {
      await nextTurn();
      return startTimeout();
    });
    const beside = startTimeout();

    expect([await configured, beside, startTimeout()]).toEqual([30, 60_000, 60_000]);
  });
});

test.each<readonly [unknown, string | RegExp]>([
  [{ threads: {} }, 'configure() has no section "threads"; did you mean "thread"?'],
  [
    { maxWorkers: 2 },
    'configure() has no section "maxWorkers"; it has defaults, sync, async, thread, process, ray',
  ],
  [
    { thread: { maxWorker: 2 } },
    '"thread" of the configuration has no option "maxWorker"; did you mean "maxWorkers"?',
  ],
  [{ thread: { maxWorkers: 0 } }, "maxWorkers must be an integer of at least 1, got 0"],
  [
    { thread: { retries: 2 } },
    '"thread" of the configuration has no option "retries"; did you mean retry: { retries }?',
  ],
  [
    { defaults: { retries: 2 } },
    '"defaults" of the configuration has no option "retries"; did you mean retry: { retries }?',
  ],
  [{ sync: { maxWorkers: 2 } }, "maxWorkers must be 1 in sync mode, got 2"],
  [{ thread: { mode: "thread" } }, /^"thread" of the configuration has no option "mode"/],
  [{ defaults: { module: "a.js" } }, /^"defaults" of the configuration has no option "module"/],
  ["thread", 'configure() must be a plain object, got "thread"'],
])("configure(%o) is refused and changes nothing", (config, message) => {
  ofProgram({});

  expect(() => configure(config as Config)).toThrow(message);
  expect(() => withConfig(config as Config, () => {})).toThrow();
  expect(resolveOptions(Embedder, { mode: "thread" })).toMatchObject({
    maxWorkers: 1,
    startTimeoutMs: 60_000,
  });
});
