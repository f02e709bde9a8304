import { expect, test } from "vitest";
import { Worker } from "../../src/worker/worker.ts";

class Model extends Worker {
  readonly factor: number;
  constructor(factor: number) {
    super();
    this.factor = factor;
  }
  predict(value: number): number {
    return value * this.factor;
  }
}

test("a reference says which method of which class, and how its workers are built", () => {
  expect(Model.method("predict", 2)).toEqual({
    workerClass: Model,
    method: "predict",
    constructorArguments: [2],
  });
  expect(Model.method("predict").constructorArguments).toEqual([]);
});

test("a name that the class has not is refused, with the nearest one", () => {
  const method = Model.method.bind(Model) as (name: string) => unknown;
  expect(() => method("predikt")).toThrow(
    new TypeError('"Model" has no method "predikt"; did you mean "predict"?'),
  );
  expect(() => method("onStart")).toThrow(TypeError);
});
