import { expect, test } from "vitest";
import { CallLimit } from "../../src/limits/call-limit.ts";
import { LimitSet } from "../../src/limits/limit-set.ts";
import { Worker } from "../../src/worker/worker.ts";

class Caller extends Worker {
  call(): number {
    return 1;
  }
}

const limits = [new CallLimit({ windowSeconds: 1, capacity: 1, methods: ["cal"] })];

test("a limit of a method that the class doesn't have is refused, with the nearest one", () => {
  expect(() => Caller.options({ mode: "sync", limits })).toThrow(
    'CallLimit "callCount" names a method "cal" that Caller doesn\'t have; did you mean "call"?',
  );
});

test("a set may name methods of other classes that share it", () => {
  expect(() => Caller.options({ mode: "sync", limits: new LimitSet(limits) })).not.toThrow();
});
