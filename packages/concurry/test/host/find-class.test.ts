import { expect, test } from "vitest";
import { chooseClass, exportedClasses, type Reached } from "../../src/host/find-class.ts";
import type { ClassLocator, ModuleCandidate } from "../../src/protocol/frame.ts";
import type { WorkerClass } from "../../src/protocol/worker-class.ts";
import { definitionSite, withDefinitionSites } from "../../src/worker/definition-site.ts";

const Worker = withDefinitionSites(class {});
const first = (() => class Job extends Worker {})();
const second = (() => class Job extends Worker {})();
class Other extends Worker {}
const heir = (() => class Job extends Other {})();
const here = definitionSite(first)?.url as string;

const at = (workerClass: object, more: Partial<ModuleCandidate> = {}): ModuleCandidate => {
  const { url, line, column, order } = definitionSite(workerClass) ?? {
    url: here,
    line: 1,
    column: 1,
    order: 99,
  };
  return { url, line, column, order, via: "hook", ...more };
};
const wanted = (...candidates: ModuleCandidate[]): ClassLocator => ({
  className: "Job",
  candidates,
  hints: {},
});
const reached = (via: Reached["via"], ...classes: object[]): Reached[] =>
  classes.map((value) => ({ value: value as WorkerClass, via }));

test.each<[string, Reached[], ClassLocator, object | "tie" | undefined]>([
  ["the class at the very position", reached("export", first, second), wanted(at(second)), second],
  ["a class of another name is never meant", reached("export", Other), wanted(at(first)), undefined],
  [
    "moved lines: the order decides",
    reached("touched", first, second),
    wanted(at(second, { line: 1 })),
    second,
  ],
  [
    "moved lines and unknown order: a tie",
    reached("touched", first, second),
    wanted({ url: here, via: "explicit" }),
    "tie",
  ],
  [
    "another class of the same name and file is not taken",
    reached("export", first),
    wanted(at(second, { line: 1 })),
    undefined,
  ],
  [
    "an explicit module needs no position",
    reached("export", first),
    wanted({ url: "file:///x.js", via: "explicit" }),
    first,
  ],
  ["a class located by the inspector", reached("bound", heir), wanted({ url: here, via: "inspector" }), heir],
  [
    "a direct subclass is not what the inspector located",
    reached("bound", first),
    wanted({ url: here, via: "inspector" }),
    undefined,
  ],
  [
    "a class of another file, handed out by the module",
    reached("export", first),
    wanted(at(first, { url: "file:///x.js" })),
    first,
  ],
  [
    "a class of another file, seen elsewhere",
    reached("heap", first),
    wanted(at(first, { url: "file:///x.js" })),
    undefined,
  ],
  [
    "query and hash don't count",
    reached("export", first),
    wanted(at(first, { url: `${here}?v=1#x` })),
    first,
  ],
  [
    "one class reached in two ways",
    [...reached("export", first), ...reached("touched", first)],
    wanted(at(first)),
    first,
  ],
  ["nothing reached", [], wanted(at(first)), undefined],
])("%s", (_name, classes, locator, expected) => {
  const choice = chooseClass(classes, locator);
  expect(typeof choice === "object" ? choice.value : choice).toBe(expected);
});

test("the first way of reaching a class is the one that is told", () => {
  const choice = chooseClass([...reached("export", first), ...reached("touched", first)], wanted(at(first)));
  expect(choice).toMatchObject({ via: "export" });
});

test("exports are values of the module and of a CommonJS default, once each", () => {
  const broken = Object.defineProperty({ Other }, "late", {
    enumerable: true,
    get: () => {
      throw new ReferenceError("not yet");
    },
  });
  expect(exportedClasses({ first, default: broken, text: "x" })).toEqual([first, Other]);
  expect(exportedClasses({ default: first })).toEqual([first]);
});
