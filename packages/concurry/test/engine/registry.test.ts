import { describe, expect, it } from "vitest";
import { registerEngine, resolveEngine } from "../../src/engine/registry.ts";
import { createThreadEngine } from "../../src/engine/thread/engine.ts";

describe("the engine of a mode", () => {
  it.each(["sync", "async", "thread", "process"])("%s is known by its name", (mode) => {
    expect(resolveEngine(mode).name).toBe(mode);
  });

  it("is an engine itself, when one is given", () => {
    const engine = createThreadEngine();
    expect(resolveEngine(engine)).toBe(engine);
  });

  it("says how to install Ray, and finds it once it is there", () => {
    expect(() => resolveEngine("ray")).toThrow("npm install @concurry/ray");
    const engine = createThreadEngine();
    registerEngine("ray", engine);
    expect(resolveEngine("ray")).toBe(engine);
  });

  it("names the modes there are when it has none", () => {
    expect(() => resolveEngine("thraed")).toThrow(
      new RangeError(
        'mode must be one of "sync", "async", "thread", "process", "ray", got "thraed". Did you mean "thread"?',
      ),
    );
  });

  it("refuses what is neither a name nor an engine", () => {
    expect(() => resolveEngine(4 as never)).toThrow(new TypeError("mode must be a name or an engine, got 4"));
    expect(() => resolveEngine({} as never)).toThrow(TypeError);
  });
});
