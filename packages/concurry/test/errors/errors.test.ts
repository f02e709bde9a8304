import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import {
  CancelledError,
  SerializationError,
  StoppedError,
  TimeoutError,
} from "../../src/errors/call-errors.ts";
import { ConcurryError } from "../../src/errors/concurry-error.ts";
import { WorkerCrashedError, WorkerNotFoundError, WorkerStartError } from "../../src/errors/worker-errors.ts";

const FAMILY = [
  { Leaf: StoppedError, code: "STOPPED", name: "StoppedError" },
  { Leaf: CancelledError, code: "CANCELLED", name: "AbortError" },
  { Leaf: TimeoutError, code: "TIMEOUT", name: "TimeoutError" },
  { Leaf: SerializationError, code: "NOT_SERIALIZABLE", name: "SerializationError" },
  { Leaf: WorkerCrashedError, code: "WORKER_CRASHED", name: "WorkerCrashedError" },
  { Leaf: WorkerStartError, code: "WORKER_START", name: "WorkerStartError" },
  { Leaf: WorkerNotFoundError, code: "WORKER_NOT_FOUND", name: "WorkerNotFoundError" },
];

describe.each(FAMILY)("$Leaf.name", ({ Leaf, code, name }) => {
  test(`has the code ${code} and the name ${name}, in its stack too`, () => {
    const error = new Leaf("went wrong");

    expect(error).toMatchObject({ code, name, message: "went wrong" });
    expect(error.stack).toMatch(new RegExp(`^${name}: went wrong\n`));
    expect(inspect(error)).toContain(`code: '${code}'`);
  });

  test("is an error of the family and of no other leaf", () => {
    const error: unknown = new Leaf("went wrong");

    expect(error instanceof Error).toBe(true);
    expect(error instanceof ConcurryError).toBe(true);
    for (const other of FAMILY) expect(error instanceof other.Leaf).toBe(other.Leaf === Leaf);
  });

  test("keeps its cause, also one that is undefined, and has none unasked", () => {
    expect(new Leaf("went wrong", { cause: "why" }).cause).toBe("why");
    expect("cause" in new Leaf("went wrong", { cause: undefined })).toBe(true);
    expect("cause" in new Leaf("went wrong")).toBe(false);
    expect(Object.getOwnPropertyDescriptor(new Leaf("", { cause: 1 }), "cause")?.enumerable).toBe(false);
  });
});

test("errors carry the facts they are given", () => {
  expect(new TimeoutError("", { timeoutMs: 5 })).toMatchObject({ timeoutMs: 5 });
  expect(new SerializationError("", { method: "store", argument: 1, path: ".a[0]" })).toMatchObject({
    method: "store",
    argument: 1,
    path: ".a[0]",
  });
  const facts = { exitCode: 3, signal: null, workerIndex: 2, lastMethod: "store", started: false };
  expect(new WorkerCrashedError("", facts)).toMatchObject(facts);
  expect(new WorkerStartError("", { reason: "load" })).toMatchObject({ reason: "load" });
  expect(new WorkerNotFoundError("", { reason: "noLoader" })).toMatchObject({ reason: "noLoader" });
});

test("of a crash of which nothing is known one must assume that the call had begun", () => {
  expect(new WorkerCrashedError("gone")).toMatchObject({ exitCode: null, signal: null, started: true });
});

describe("instanceof", () => {
  test("knows the errors of another copy of the package", async () => {
    const other = (await import(copyOf("call-errors"))) as typeof import("../../src/errors/call-errors.ts");
    const error: unknown = new other.StoppedError("from elsewhere");

    expect(other.StoppedError).not.toBe(StoppedError);
    expect(error instanceof StoppedError).toBe(true);
    expect(error instanceof ConcurryError).toBe(true);
    expect(error instanceof CancelledError).toBe(false);
    expect(new StoppedError("from here") instanceof other.StoppedError).toBe(true);
  });

  test("takes only real instances of a user's own subclass", () => {
    class QuotaTimeout extends TimeoutError {}

    expect(new TimeoutError("") instanceof QuotaTimeout).toBe(false);
    expect(new QuotaTimeout("") instanceof QuotaTimeout).toBe(true);
    expect(new QuotaTimeout("") instanceof TimeoutError).toBe(true);
  });

  test.each([null, undefined, 1, "STOPPED", {}, { code: "STOPPED" }, new Error("STOPPED")])(
    "says no to %s",
    (value) => {
      expect((value as unknown) instanceof StoppedError).toBe(false);
      expect((value as unknown) instanceof ConcurryError).toBe(false);
    },
  );
});

/** The same module once more: a query makes it another one. */
function copyOf(module: string): string {
  return `../../src/errors/${module}.ts?copy`;
}
