import { errorContext, type Pipeline, pipeline, type StageOptions } from "@concurry/pipeline";
import { SerializationError, TimeoutError, WorkerCrashedError } from "concurry";
import { describe, expect, test } from "vitest";
import * as functions from "#workers/functions";
import * as more from "#workers/late-and-lost";
import { Journal } from "../journal.ts";
import { errorOf, LOCAL_MODES, numbers } from "../support.ts";

const { Model } = functions;
const nums = numbers(8);

/** What a pipeline fails with, and all that is known of where. */
async function failureOf(failing: Pipeline<unknown>): Promise<{ error: unknown; where: unknown }> {
  const error = await errorOf(failing);
  return { error, where: errorContext(error) };
}

const nothing = { worker: undefined, index: undefined, attempt: 1, others: [] };

describe.each(["thread", "process"] as const)("in %s mode", (mode) => {
  const on = (f: (value: number) => unknown, options: StageOptions<number> = {}): Pipeline<unknown> =>
    pipeline(nums).map(f, { mode, name: "stage", ...options } as object);

  test("an error of the function says where it came up", async () => {
    const { where } = await failureOf(on(functions.failsAtThree));
    expect(where).toEqual({ stage: "stage", worker: 0, index: [3], attempt: 1, others: [] });
  });

  test("a time limit names the stage and the element", async () => {
    const { error, where } = await failureOf(on(functions.stuckAtTwo, { timeoutMs: 100, onTimeout: "fail" }));
    expect(error).toBeInstanceOf(TimeoutError);
    expect(error).toMatchObject({
      message: 'Stage "stage" took longer than 100 ms with element [2].',
      timeoutMs: 100,
    });
    expect(where).toEqual({ stage: "stage", worker: 0, index: [2], attempt: 1, others: [] });
  });

  test("the time limit of an item names the item", async () => {
    const failing = pipeline([0, 1]).flatMap(more.stuckAfterFirst, {
      mode,
      timeoutMs: 100,
      onTimeout: "fail",
    });
    const { error, where } = await failureOf(failing);
    expect(error).toMatchObject({
      message: 'Stage "stuckAfterFirst" took longer than 100 ms with element [1, 1].',
    });
    expect(where).toEqual({ stage: "stuckAfterFirst", worker: 0, index: [1, 1], attempt: 1, others: [] });
  });

  test("a value that can't be cloned names the stage, the element and the place in it", async () => {
    const result = await failureOf(on(functions.uncloneable));
    expect(result.error).toBeInstanceOf(SerializationError);
    expect(result.error).toMatchObject({ path: ".deep.call", method: undefined });
    expect((result.error as Error).message).toMatch(
      /^The result of element \[2\] in stage "stage" can't be sent to the caller: \.deep\.call is a function\./,
    );
    expect(result.where).toEqual({ stage: "stage", worker: 0, index: [2], attempt: 1, others: [] });
    const given = pipeline([{ ok: 1 }, { deep: Symbol("no") }]).map(functions.same as never, { mode });
    const { error, where } = await failureOf(given);
    expect((error as Error).message).toMatch(
      /^The value of element \[1\] in stage "same" can't be sent to a worker: \.deep is a symbol\./,
    );
    expect(error).toMatchObject({ path: ".deep", method: undefined });
    expect(where).toMatchObject({ stage: "same", index: [1] });
  });

  test("a death names the stage and the element", async () => {
    const { error, where } = await failureOf(on(more.exitsAtThree));
    expect(error).toBeInstanceOf(WorkerCrashedError);
    expect(error).toMatchObject({ exitCode: 7, workerIndex: 0, lastMethod: undefined });
    expect((error as Error).message).toMatch(
      /^Worker 0 of stage "stage" died while it had element \[3\] \(exit code 7\)/,
    );
    expect(where).toEqual({ stage: "stage", worker: 0, index: [3], attempt: 1, others: [] });
  });

  test("errors of onStart and onDone belong to a worker and to no element", async () => {
    const atStart = await failureOf(on(functions.same, { onStart: functions.failOnStart }));
    expect(atStart.where).toEqual({ ...nothing, stage: "stage", worker: 0 });
    const atEnd = await failureOf(on(functions.same, { onDone: functions.failOnDone }));
    expect(atEnd.where).toEqual({ ...nothing, stage: "stage", worker: 0 });
  });

  test("a function that no worker finds belongs to its stage", async () => {
    const { where } = await failureOf(on(functions.makeClosure()));
    expect(where).toEqual({ ...nothing, stage: "stage", worker: 0 });
  });

  test("the attempt is told, too", async () => {
    const { where } = await failureOf(on(functions.failsAtThree, { onError: { retries: 1, waitMs: 0 } }));
    expect(where).toMatchObject({ attempt: 2, index: [3], worker: 0 });
  });
});

describe.each(LOCAL_MODES)("in %s mode", (mode) => {
  test("a broken source belongs to no worker", async () => {
    const source = function* (): Generator<number> {
      yield 1;
      throw new Error("source");
    };
    const { where } = await failureOf(pipeline(source).map((x) => x, { mode }));
    expect(where).toEqual({ ...nothing, stage: "source" });
  });

  test("an abort belongs to no stage, and has the errors that came after it", async () => {
    const controller = new AbortController();
    const second = new Error("onDone");
    const failing = pipeline(nums).map(
      (x) => {
        controller.abort(new Error("enough"));
        return x;
      },
      {
        mode,
        onDone: () => {
          throw second;
        },
      },
    );
    await expect(failing.run({ signal: controller.signal })).rejects.toThrow("enough");
    expect(errorContext(controller.signal.reason)).toEqual({
      ...nothing,
      stage: undefined,
      others: [second],
    });
  });

  test("a failed element is not counted as cancelled", async () => {
    const run = pipeline(nums)
      .map(
        (x) => {
          if (x === 2) throw new Error("two");
          return x;
        },
        { mode },
      )
      .start();
    await expect(
      (async () => {
        for await (const _ of run);
      })(),
    ).rejects.toThrow("two");
    expect(run.stats().stages[0]).toMatchObject({ failed: 1, cancelled: 0 });
  });
});

describe("where runs are nested, the innermost says where it was", () => {
  const fails = (): Pipeline<number> =>
    pipeline(nums).map(
      (x) => {
        if (x === 2) throw new Error("two");
        return x;
      },
      { name: "inner" },
    );
  const inner = { ...nothing, stage: "inner", worker: 0, index: [2] };

  test("in a pipeline that another reads", async () => {
    const { where } = await failureOf(pipeline(fails).map((x) => x, { name: "outer" }));
    expect(where).toEqual(inner);
  });

  test("before a tee, for each branch", async () => {
    const [left, right] = fails().tee(2);
    const failures = await Promise.all([failureOf(left.map((x) => x)), failureOf(right)]);
    expect(failures.map(({ where }) => where)).toEqual([inner, inner]);
  });

  test("but not of an error that an earlier run has failed with", async () => {
    const { error } = await failureOf(fails());
    const source = (): Generator<number> => {
      throw error;
    };
    expect((await failureOf(pipeline(source))).where).toEqual({ ...nothing, stage: "source" });
  });
});

test("what onStart throws comes as itself also after a restart", async () => {
  using journal = new Journal();
  const failing = pipeline([1, 2]).map(more.exitsAtTwo, {
    mode: "thread",
    name: "stage",
    onStart: more.startsOnce,
    onError: { retries: 1, waitMs: 0, on: WorkerCrashedError },
    restart: { maxRestarts: 1 },
    env: journal.env,
  });
  const { error, where } = await failureOf(failing);
  expect(error).toMatchObject({ constructor: functions.PickyError, message: "started once" });
  expect(where).toMatchObject({ stage: "stage" });
});

test("a time limit on the event loop names the stage and the element", async () => {
  const failing = pipeline(nums).map((x) => (x === 1 ? new Promise(() => {}) : x), {
    mode: "async",
    timeoutMs: 20,
    onTimeout: "fail",
    name: "waits",
  });
  const { error, where } = await failureOf(failing);
  expect(error).toMatchObject({ message: 'Stage "waits" took longer than 20 ms with element [1].' });
  expect(where).toEqual({ stage: "waits", worker: 0, index: [1], attempt: 1, others: [] });
});

test("in a given pool errors name the stage and the element, too", async () => {
  const pool = Model.options({ mode: "thread" }).init();
  try {
    const { error, where } = await failureOf(
      pipeline(nums).map(Model.method("slow"), { pool, timeoutMs: 50, graceMs: 0, onTimeout: "fail" }),
    );
    expect(error).toMatchObject({ message: 'Stage "slow" took longer than 50 ms with element [0].' });
    expect(where).toEqual({ stage: "slow", worker: 0, index: [0], attempt: 1, others: [] });
  } finally {
    await pool.stop({ mode: "cancel" });
  }
});

test("a TimeoutError that the function throws is an error like any other", async () => {
  const failing = pipeline([1]).map(more.throwsTimeout, { mode: "thread", timeoutMs: 5000 });
  expect(await errorOf(failing)).toMatchObject({ name: "TimeoutError", message: "of another kind" });
});
