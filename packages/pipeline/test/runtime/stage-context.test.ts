import { describe, expect, it } from "vitest";
import type { WorkerInfo } from "../../src/options/stage-options.ts";
import { abortContext, contextClass, StageContext } from "../../src/workers/stage-context.ts";

const worker = { index: 0, id: "w-0", mode: "async" } as WorkerInfo;

describe("the context of a function", () => {
  it("asks the call of a worker for its signal only when the function reads it", () => {
    let asked = 0;
    const { signal } = new AbortController();
    const call = {
      get signal(): AbortSignal {
        asked += 1;
        return signal;
      },
    };
    const context = new StageContext([3], worker, call);
    expect(context.index).toEqual([3]);
    expect(asked).toBe(0);
    expect(context.signal).toBe(signal);
    expect(asked).toBe(1);
  });

  it("has one signal, which is aborted whether it was read before or not", () => {
    const reason = new Error("over");
    const [early, late] = [new StageContext([0], worker), new StageContext([1], worker)];
    const { signal } = early;
    expect(signal.aborted).toBe(false);
    abortContext(early, reason);
    abortContext(late, reason);
    expect(early.signal).toBe(signal);
    expect(late.signal).toBe(late.signal);
    expect([signal.reason, late.signal.reason]).toEqual([reason, reason]);
  });

  it("has the resources of its worker beside its own names", () => {
    const Context = contextClass({ y: "abc" });
    const context = new Context([0], worker) as StageContext & { readonly y: string };
    expect([context.y, context.worker]).toEqual(["abc", worker]);
  });
});
