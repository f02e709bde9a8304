import { pathToFileURL } from "node:url";
import { runInThisContext } from "node:vm";
import { expect, test } from "vitest";
import { WorkerNotFoundError } from "../../src/errors/worker-errors.ts";
import { withDefinitionSites } from "../../src/worker/definition-site.ts";
import { locate, rememberVia, takeHints } from "../../src/worker/locate.ts";

const Worker = withDefinitionSites(class {});
class Direct extends Worker {}
class Indirect extends Direct {}
const here = import.meta.url;

/** Defines a class as code that is called `name`, as `node -e` or a REPL would. */
function definedIn(name: string): object {
  const define = runInThisContext("(Worker) => class Typed extends Worker {}", { filename: name });
  return (define as (base: unknown) => object)(Worker);
}

test("a direct subclass is located by its definition, without the inspector", () => {
  const locator = locate(Direct, undefined);
  expect(locator.className).toBe("Direct");
  expect(locator.candidates).toMatchObject([{ url: here, via: "hook" }]);
  expect(locator.inspected).toBeUndefined();
});

test("a subclass of a subclass is located by the inspector, then by its ancestor", () => {
  const locator = locate(Indirect, undefined);
  expect(locator.candidates.map(({ via }) => via)).toEqual(["inspector", "ancestor"]);
  expect(locator.candidates[0]?.url.split("?")[0]).toBe(here);
  expect(locator.inspected).toBe(true);
});

test("options.module beats static module, which beats what is found", () => {
  class Named extends Worker {
    static module = "file:///app/named.js";
  }
  expect(locate(Named, undefined).candidates).toMatchObject([
    { url: "file:///app/named.js", via: "explicit" },
  ]);
  expect(locate(Named, "/app/other.js").candidates).toMatchObject([
    { url: pathToFileURL("/app/other.js").href, via: "explicit" },
  ]);
});

test("an inherited static module says nothing about the class that inherits it", () => {
  class Named extends Worker {
    static module = "file:///app/named.js";
  }
  class Heir extends Named {}
  expect(locate(Heir, undefined).candidates[0]?.via).toBe("inspector");
});

test("an explicit module that defines the class keeps the position", () => {
  expect(locate(Direct, here).candidates).toMatchObject([{ via: "explicit", order: 0 }]);
});

test.each(["https://example.org/x.js", "data:text/javascript,1", ""])("a module %j is refused", (module) => {
  expect(() => locate(Direct, module)).toThrow(TypeError);
});

test.each([
  ["[eval]", "[eval]"],
  ["[eval1]", "[eval1]"],
  ["[stdin]", "[stdin]"],
  ["REPL1", "REPL1"],
  [pathToFileURL("/app/[eval1]").href, "[eval1]"],
])("a class defined in %s is known to have no file", (name, shown) => {
  expect(() => locate(definedIn(name), undefined)).toThrow(
    new WorkerNotFoundError(
      `Cannot tell which file defines "Typed" (defined in ${shown}). ` +
        'Move it to a file or add "static module = import.meta.url" (CommonJS: __filename).',
      { reason: "unknownModule" },
    ),
  );
});

test("hints are given to one more host, and to later pools at once", () => {
  class Hinted extends Worker {
    static module = "file:///app/hinted.ts";
  }
  const first = locate(Hinted, undefined);
  const second = takeHints(first, { tsx: true });
  expect(second).toMatchObject({ hints: { tsx: true }, respawns: 1 });
  // Hosts that were started together ask for the same: none of them is the reason to give up.
  expect(second && takeHints(second, { tsx: true })).toBe(second);
  expect(takeHints(first, {})).toBeUndefined();
  expect(locate(Hinted, undefined)).toMatchObject({ hints: { tsx: true } });
  expect(locate(Hinted, undefined).respawns).toBeUndefined();
});

test("how the first host found a class is told to later ones", () => {
  class Known extends Worker {
    static module = "file:///app/known.js";
  }
  const locator = locate(Known, undefined);
  expect(locator.knownVia).toBeUndefined();
  rememberVia(locator, "bound");
  expect(locate(Known, undefined).knownVia).toBe("bound");
});

test("asking the inspector leaves nothing behind", () => {
  const before = Object.getOwnPropertySymbols(globalThis).length;
  class Another extends Direct {}
  locate(Another, undefined);
  expect(Object.getOwnPropertySymbols(globalThis)).toHaveLength(before);
});
