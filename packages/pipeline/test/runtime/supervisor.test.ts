import {
  type DoneFacts,
  errorContext,
  pipeline,
  type SupervisedWorker,
  Supervisor,
} from "@concurry/pipeline";
import { expect, test } from "vitest";
import { numbers, signal } from "../support.ts";

/** A worker of a test's own: tells what is asked of it, and ends when the test says so. */
class Told implements SupervisedWorker {
  readonly calls: string[] = [];
  readonly facts: DoneFacts[] = [];
  exit: (reason: unknown) => void = () => {};

  start(): void {
    this.calls.push("start");
  }

  stop(facts: DoneFacts): void {
    this.calls.push("stop");
    this.facts.push(facts);
  }

  onExit(listener: (reason: unknown) => void): void {
    this.exit = listener;
  }
}

const unexpected = (error: unknown): never => {
  throw error;
};

test("starts all its workers, and stops each once, however often it is asked to", async () => {
  const workers = [new Told(), new Told(), new Told()];
  const supervisor = new Supervisor(workers, { onError: unexpected });
  await supervisor.start();
  await Promise.all([supervisor.stop("error"), supervisor.stop("abort")]);
  await supervisor[Symbol.asyncDispose]();
  for (const { calls } of workers) expect(calls).toEqual(["start", "stop"]);
  expect(workers.map(({ facts }) => facts[0])).toEqual([
    { reason: "error", activeWorkers: 2, done: false },
    { reason: "error", activeWorkers: 1, done: false },
    { reason: "error", activeWorkers: 0, done: true },
  ]);
});

test("a worker that ends by itself is told of, and started again; after a stop it is not", async () => {
  const worker = new Told();
  const exits: unknown[] = [];
  const supervisor = new Supervisor([new Told(), worker], {
    onError: unexpected,
    onExit: (reason, place) => exits.push([place, reason]),
  });
  supervisor.start();
  worker.exit("killed");
  expect(worker.calls).toEqual(["start", "start"]);
  await supervisor.stop("end");
  worker.exit("late");
  expect(worker.calls).toEqual(["start", "start", "stop"]);
  expect(exits).toEqual([
    [1, "killed"],
    [1, "late"],
  ]);
});

test("leaving its scope by return stops its workers", async () => {
  const worker = new Told();
  const leave = async (): Promise<string> => {
    await using supervisor = new Supervisor([worker], { onError: unexpected });
    await supervisor.start();
    return worker.calls.join();
  };
  expect(await leave()).toBe("start");
  expect(worker.calls).toEqual(["start", "stop"]);
  expect(worker.facts[0]?.reason).toBe("break");
});

test("what workers throw is told with their place, and the others go on", async () => {
  const told: unknown[] = [];
  const worker = new Told();
  const failing: SupervisedWorker = {
    start: () => Promise.reject(new Error("start")),
    stop() {
      throw new Error("stop");
    },
  };
  const supervisor = new Supervisor([worker, failing], {
    onError: (error, place) => told.push([place, error]),
  });
  await supervisor.start();
  await supervisor.stop("end");
  expect(told).toEqual([
    [1, new Error("start")],
    [1, new Error("stop")],
  ]);
  expect(worker.calls).toEqual(["start", "stop"]);
});

test("what does not stop in time is killed", async () => {
  const { promise, fire } = signal();
  let kills = 0;
  const stuck: SupervisedWorker = {
    start() {},
    stop: () => promise,
    kill() {
      kills++;
      fire();
    },
  };
  const supervisor = new Supervisor([stuck], { onError: unexpected, stopMs: 10 });
  supervisor.start();
  await supervisor.stop("break");
  expect(kills).toBe(1);
});

test("workers that were never started are not stopped, and none is started after a stop", async () => {
  const worker = new Told();
  const supervisor = new Supervisor([worker], { onError: unexpected });
  await supervisor.stop("abort");
  await supervisor.start();
  expect(worker.calls).toEqual([]);
});

test("wrong options are refused", () => {
  expect(() => new Supervisor([], {} as never)).toThrow(TypeError);
  expect(() => new Supervisor([], { onError: unexpected, stopMS: 1 } as never)).toThrow(
    'did you mean "stopMs"?',
  );
  expect(() => new Supervisor([], { onError: unexpected, stopMs: -1 })).toThrow(RangeError);
});

test("the stages of a run are taken down once each, also when its loop is left by return", async () => {
  const done: string[] = [];
  const hooks = (name: string): object => ({ onStart: () => ({ name }), onDone: () => done.push(name) });
  const line = pipeline(numbers(10))
    .map((value) => value, hooks("sync"))
    .map((value) => value, { mode: "async", workers: 2, ...hooks("async") });
  const first = async (): Promise<number | undefined> => {
    for await (const value of line) return value;
    return undefined;
  };
  expect(await first()).toBe(0);
  expect(done.sort()).toEqual(["async", "sync"]);
  await line.run();
  expect(done).toHaveLength(4);
});

test("an error raised from outside ends the run, and is the one that its plane tells", async () => {
  const run = pipeline(numbers(10))
    .map((value) => value)
    .start();
  expect(run.plane.pipelineError()).toBeUndefined();
  const error = new Error("enough");
  const later = new Error("more");
  const read = async (): Promise<void> => {
    for await (const value of run) {
      if (value !== 3) continue;
      run.plane.raise(error, { stage: "clock" });
      run.plane.raise(later, { stage: "clock" });
    }
  };
  await expect(read()).rejects.toBe(error);
  expect(run.plane.pipelineError()).toBe(error);
  expect(errorContext(error)).toMatchObject({ stage: "clock", others: [later] });
});

test("a pipeline shows its stages, each with those that it takes from", () => {
  const { stage } = pipeline([1]).map(Math.abs).filter(Boolean, { name: "true ones" });
  expect([stage.name, stage.work.kind]).toEqual(["true ones", "function"]);
  expect(stage.upstreams.map(({ name }) => name)).toEqual(["abs"]);
  expect(stage.upstreams[0]?.upstreams[0]).toMatchObject({ name: "source", upstreams: [] });
});
