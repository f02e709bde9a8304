import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { chooseExport, chooseTask } from "../../src/host/find-function.ts";
import type { ClassLocator } from "../../src/protocol/frame.ts";
import { type AnyFunction, functionNameOf, textMark } from "../../src/protocol/function-mark.ts";
import type { TaskRecord } from "../../src/protocol/task-record.ts";

const url = "file:///app/main.js";
const double = function scale(value: number): number {
  return 2 * value;
};
const triple = function scale(value: number): number {
  return 3 * value;
};

interface Place {
  readonly url?: string;
  readonly line?: number;
  readonly order?: number;
  readonly turn?: number;
}

function made(run: AnyFunction, place: Place = {}): TaskRecord {
  const { line = 1, order = 0, turn = 0 } = place;
  return {
    run,
    site: { url: place.url ?? url, line, column: 5, order },
    mark: { kind: "task", turn, parameters: run.length, text: textMark(run) },
    runInPlace: () => {},
  };
}

/** How the program asks for a task of its own. */
function wanted({ run, site, mark }: TaskRecord): ClassLocator {
  return { className: functionNameOf(run), candidates: [{ ...site, via: "hook" }], hints: {}, mark };
}

// What these rules are about differs inside a test runner.
beforeEach(() => {
  vi.stubEnv("VITEST", undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const first = made(double);
test.each<[string, readonly TaskRecord[], TaskRecord, TaskRecord | "tie" | undefined]>([
  ["the one at the very place", [made(triple, { line: 9, order: 1 }), first], made(double), first],
  [
    "of several at one place the one whose turn it was",
    [made(double, { turn: 1 }), first],
    made(double),
    first,
  ],
  ["at one place never that of another turn", [first], made(double, { turn: 1 }), undefined],
  ["where lines have moved the same one by order and text", [first], made(double, { line: 7 }), first],
  ["where lines have moved none of another text", [first], made(triple, { line: 7 }), undefined],
  ["none that only has the same place in the order", [first], made(() => 1, { line: 7 }), undefined],
  ["none of another file", [first], made(double, { url: "file:///app/other.js" }), undefined],
  ["none of two that are alike", [first, made(double)], made(double), "tie"],
])("%s is meant", (_, tasks, asked, expected) => {
  const choice = chooseTask(tasks, wanted(asked));
  expect(typeof choice === "object" ? choice.value : choice).toBe(expected);
});

test("a query behind the file's name changes nothing", () => {
  expect(chooseTask([made(double, { url: `${url}?t=1` })], wanted(first))).toMatchObject({ via: "touched" });
});

test("inside a test runner, which changes the text, order and parameters have to do", () => {
  vi.stubEnv("VITEST", "true");
  expect(chooseTask([first], wanted(made(triple, { line: 7 })))).toEqual({ value: first, via: "touched" });
});

const asExport = (run: AnyFunction): ClassLocator => ({
  className: functionNameOf(run),
  candidates: [{ url, via: "inspector" }],
  hints: {},
  mark: { kind: "export", parameters: run.length, text: textMark(run) },
});

test.each<[string, readonly object[], AnyFunction, AnyFunction | "tie" | undefined]>([
  ["under any name", [{ other: double }], double, double],
  ["as the default, or in it", [{ default: { scale: double } }], double, double],
  ["under two names", [{ scale: double, again: double }], double, double],
  ["not one of another text", [{ scale: triple }], double, undefined],
  ["not one of another name", [{ scale: (value: number) => 2 * value }], double, undefined],
  ["of a module without it", [{ scale: 5 }], double, undefined],
])("an exported function is found %s", (_, namespaces, asked, expected) => {
  const choice = chooseExport(namespaces, asExport(asked));
  expect(typeof choice === "object" ? choice.value : choice).toBe(expected);
});

test("of two exports with one text none is taken", () => {
  const make = (factor: number) =>
    function scale(value: number) {
      return factor * value;
    };
  const [one, two] = [make(1), make(2)];
  expect(chooseExport([{ one, two }], asExport(one))).toBe("tie");
});

test("white space, brackets and names of imports make no other text", () => {
  const add = (left: number, right: number): number => left + right;
  const written = function sum(left: number, right: number) {
    return add(left, right);
  };
  const __import_0__ = { add };
  // biome-ignore format: as a loader writes it
  // biome-ignore lint/complexity/noCommaOperator: as a loader writes it
  const loaded = function sum(left: number,right: number){return(0,__import_0__.add)(left,right)};
  expect(textMark(loaded)).toBe(textMark(written));
});
