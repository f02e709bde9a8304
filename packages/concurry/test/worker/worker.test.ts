import { inspect } from "node:util";
import { expect, test } from "vitest";
import { callContext } from "../../src/worker/call-context.ts";
import { Worker } from "../../src/worker/worker.ts";

class Counter extends Worker {
  #count: number;

  constructor(start: number) {
    super();
    this.#count = start;
  }

  add(by: number): number {
    this.#count += by;
    return this.#count;
  }
}

test("a subclass is an ordinary class", () => {
  const counter = new Counter(1);

  expect(counter.add(2)).toBe(3);
  expect(counter).toBeInstanceOf(Counter);
  expect(counter).toBeInstanceOf(Worker);
  expect(Object.keys(counter)).toEqual([]);
  expect(inspect(counter)).toBe("Counter {}");
});

test("Worker itself can't be constructed", () => {
  const message = "Worker itself can't be constructed: write a class that extends it.";

  expect(() => Reflect.construct(Worker, [])).toThrow(new TypeError(message));
  expect(() => Reflect.construct(Object.getPrototypeOf(Worker), [])).toThrow(new TypeError(message));
});

test("it is called Worker, and the program is no host", () => {
  expect(Worker.name).toBe("Worker");
  expect(Worker.isHost).toBe(false);
  expect(Counter.isHost).toBe(false);
});

test("options() starts nothing and gives a frozen builder, whose init may be taken off", () => {
  const builder = Counter.options({ mode: "thread", maxWorkers: 1000 });
  const { init } = builder;

  expect(Object.isFrozen(builder)).toBe(true);
  expect(Object.keys(builder)).toEqual(["init"]);
  expect(init).toBeTypeOf("function");
});

test("options() refuses at once what is wrong", () => {
  expect(() => Counter.options({ mode: "thread", maxWorkers: 0 })).toThrow(
    new RangeError("maxWorkers must be an integer of at least 1, got 0"),
  );
  expect(() => Reflect.apply(Worker.options, class Plain {}, [{ mode: "sync" }])).toThrow(
    new TypeError("The class of a pool must be a subclass of Worker, got class Plain"),
  );
});

test("init() gives a pool with the methods of the class", async () => {
  const pool = Counter.options({ mode: "sync" }).init(1);
  try {
    expect(await pool.add(2)).toBe(3);
    expect(await pool.add(Promise.resolve(2))).toBe(5);
    expect(() => Reflect.get(pool, "ad")()).toThrow('Counter has no method "ad"; did you mean "add"?');
  } finally {
    await pool.stop();
  }
  expect(pool.stopped).toBe(true);
});

test("callContext() is for calls only", () => {
  expect(() => callContext()).toThrow(
    new Error("callContext() was called outside a call: it works inside the methods of a worker."),
  );
});
