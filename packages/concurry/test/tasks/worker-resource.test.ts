import { WorkerResource, WorkerResourceError } from "concurry";
import { describe, expect, test } from "vitest";
import { fragile, half, inThread, nap, plus, square, untilAborted } from "#workers/tasks";
import { errorOf, HOSTED, MODES, nothingIsLeft, until } from "../pool/support.ts";

const LONG_MS = 60_000;

describe.each(MODES)("in %s mode", (mode) => {
  test("it applies the function to data", async () => {
    await using resource = new WorkerResource(square, { mode }).start();
    expect(await resource.execute(3)).toBe(9);
    expect(resource.isAlive()).toBe(true);
  });

  test("data that is sent is received in order", async () => {
    await using resource = new WorkerResource(half, { mode }).start();
    expect(resource.poll()).toBe(false);
    for (const value of [2, 4, 6]) resource.sendData(value);
    expect([await resource.recvData(), await resource.recvData(), await resource.recvData()]).toEqual([
      1, 2, 3,
    ]);
    expect(resource.poll()).toBe(false);
  });

  test("poll tells when something can be received", async () => {
    await using resource = new WorkerResource(square, { mode }).start();
    resource.sendData(4);
    await until(() => resource.poll());
    expect(await resource.recvData()).toBe(16);
  });

  test("an error of the function is thrown where its result would be, and the worker lives on", async () => {
    await using resource = new WorkerResource(half, { mode }).start();
    for (const value of [2, 3, 4]) resource.sendData(value);
    expect(await resource.recvData()).toBe(1);
    expect(await errorOf(resource.recvData())).toMatchObject({ name: "OddError", value: 3 });
    expect(await resource.recvData()).toBe(2);
    expect(await errorOf(resource.execute(5))).toMatchObject({ name: "OddError", value: 5 });
    expect(await resource.execute(8)).toBe(4);
    expect(resource.getStatus()).toMatchObject({ callsFinished: 5, callsFailed: 2 });
  });

  test("the function can be changed, with arguments that stay; what was sent before keeps the old one", async () => {
    await using resource = new WorkerResource<number, number>(square, { mode }).start();
    resource.sendData(3);
    const changed = resource.updateUserFunction(plus, 10, 100);
    resource.sendData(3);
    await changed;
    expect([await resource.recvData(), await resource.recvData()]).toEqual([9, 113]);
    expect(resource.getStatus()).toMatchObject({ callsFinished: 2, callsFailed: 0 });
  });

  test("a function may be set before the start", async () => {
    const resource = new WorkerResource<number, number>(undefined, { mode });
    await resource.updateUserFunction(plus, 1, 2);
    await using started = resource.start();
    expect(await started.execute(3)).toBe(6);
  });

  test("without a function there is nothing to execute", async () => {
    await using resource = new WorkerResource(undefined, { mode }).start();
    expect(await errorOf(resource.execute(1))).toMatchObject({ code: "NO_USER_FUNCTION" });
    expect(() => resource.sendData(1)).toThrow(WorkerResourceError);
    await resource.updateUserFunction(() => 5).catch(() => {});
    expect(resource.isAlive()).toBe(true);
  });

  test("it is started once", async () => {
    const resource = new WorkerResource(square, { mode });
    expect(resource.isAlive()).toBe(false);
    expect(await errorOf(resource.execute(1))).toMatchObject({
      code: "WORKER_DEAD",
      message: "This WorkerResource was not started: call start().",
    });
    expect(() => resource.getStatus()).toThrow("was not started");
    resource.start();
    expect(() => resource.start()).toThrow("This WorkerResource was started already.");
    await resource.join();
    expect(resource.isAlive()).toBe(false);
    expect(() => resource.start()).toThrow("The worker of this WorkerResource was ended; make a new one.");
    expect(await errorOf(resource.execute(1))).toMatchObject({ code: "WORKER_DEAD" });
    expect(() => resource.updateUserFunction(square)).toThrow(WorkerResourceError);
    await resource.join();
    await resource.terminate();
  });

  test("join waits for what was sent, which can be received afterwards", async () => {
    const resource = new WorkerResource(half, { mode }).start();
    for (const value of [2, 3, 4]) resource.sendData(value);
    await resource.join();
    expect(await resource.recvData()).toBe(1);
    expect(await errorOf(resource.recvData())).toMatchObject({ name: "OddError" });
    expect(await resource.recvData()).toBe(2);
    expect(await errorOf(resource.recvData())).toMatchObject({ code: "WORKER_DEAD" });
  });

  test("who waits to receive hears of data that is sent later, and of the end", async () => {
    const resource = new WorkerResource(square, { mode }).start();
    const received = [resource.recvData(), resource.recvData(), resource.recvData()];
    const last = errorOf(received[2] as Promise<unknown>);
    resource.sendData(2);
    resource.sendData(3);
    expect([await received[0], await received[1]]).toEqual([4, 9]);
    await resource.join();
    expect(await last).toMatchObject({ code: "WORKER_DEAD" });
  });

  test("terminate doesn't wait for what runs", async () => {
    const resource = new WorkerResource(nap, { mode }).start();
    resource.sendData(LONG_MS);
    resource.sendData(LONG_MS);
    await until(() => resource.getStatus().running === 1);
    await resource.terminate();
    for (let count = 0; count < 2; count += 1)
      expect(await errorOf(resource.recvData())).toMatchObject({ code: "WORKER_DEAD" });
  });

  test("a task is a function like any other", async () => {
    await using resource = new WorkerResource<number, PromiseLike<number>>(inThread, { mode }).start();
    expect(await resource.execute(5)).toBe(25);
    expect(inThread.getPoolStats().totalWorkers).toBe(0);
  });

  test("its status never mixes with data, and tells how much it had to do", async () => {
    await using resource = new WorkerResource(nap, { mode }).start();
    await resource.execute(0);
    resource.sendData(100);
    await until(() => resource.getStatus().running === 1);
    const before = resource.getStatus();
    expect(await resource.recvData()).toBe(100);
    const after = resource.getStatus();
    expect([before.callsFinished, after.callsFinished]).toEqual([1, 2]);
    // A timer may be a millisecond early.
    expect(after.timeWorkingMs).toBeGreaterThanOrEqual(99);
    expect(after.timeWorkingMs + after.timeWaitingMs).toBeCloseTo(after.uptimeMs, 6);
    expect(after.msPerCall).toBeCloseTo(after.timeWorkingMs / 2, 6);
  });
});

describe.each(HOSTED)("in %s mode", (mode) => {
  test("when the worker dies, what ran tells of the death, and what waited of the end", async () => {
    const resource = new WorkerResource(fragile, { mode }).start();
    expect(await resource.execute(1)).toBe(1);
    for (const value of [-1, 2, 3]) resource.sendData(value);
    expect(await errorOf(resource.recvData())).toMatchObject({ code: "WORKER_CRASHED", exitCode: 7 });
    const rest = await Promise.all([errorOf(resource.recvData()), errorOf(resource.recvData())]);
    for (const error of rest) expect(error).toMatchObject({ code: "WORKER_DEAD" });
    expect(resource.isAlive()).toBe(false);
    expect(resource.pid).toBeUndefined();
    const late = await errorOf(resource.execute(1));
    expect(late.message).toBe("The worker of this WorkerResource died; make a new one.");
    expect(late.cause).toMatchObject({ code: "WORKER_START" });
    expect(resource.getStatus()).toMatchObject({ state: "dead" });
    await resource.join();
  });

  test("a closure is refused by the first data, and the worker lives on", async () => {
    const secret = 3;
    await using resource = new WorkerResource((value: number) => value + secret, { mode }).start();
    expect(await errorOf(resource.execute(1))).toMatchObject({ code: "WORKER_NOT_FOUND" });
    await resource.updateUserFunction(square);
    expect(await resource.execute(2)).toBe(4);
  });

  test("arguments that can't be copied are refused at once", async () => {
    await using resource = new WorkerResource<number, unknown>(square, { mode }).start();
    const refused = (): unknown =>
      resource.updateUserFunction(
        (_value: number, take: () => void) => take,
        () => {},
      );
    expect(refused).toThrow(/updateUserFunction/);
    expect(await resource.execute(2)).toBe(4);
  });

  test("a time limit ends the call, not the resource", async () => {
    await using resource = new WorkerResource<number, number | Promise<number>>(square, {
      mode,
      timeoutMs: 200,
      graceMs: 0,
    }).start();
    await resource.execute(1);
    await resource.updateUserFunction(nap);
    const { id } = resource.getStatus();
    expect(await errorOf(resource.execute(LONG_MS))).toMatchObject({ code: "TIMEOUT" });
    expect(await resource.execute(1)).toBe(1);
    expect(resource.getStatus().id).not.toBe(id);
  });
});

test("its process is known", async () => {
  await using resource = new WorkerResource(square).start();
  await resource.execute(1);
  expect(resource.pid).toBeGreaterThan(0);
  expect(resource.pid).not.toBe(process.pid);
  expect(resource.getStatus()).toMatchObject({ pid: resource.pid });
});

test("a call that waits for its signal is ended by terminate", async () => {
  const resource = new WorkerResource<unknown, Promise<string>>(untilAborted, { mode: "thread" }).start();
  const result = errorOf(resource.execute(0));
  await until(() => resource.getStatus().running === 1);
  await resource.terminate();
  expect(await result).toMatchObject({ code: "WORKER_DEAD", cause: { code: "CANCELLED" } });
});

test.each([
  [() => new WorkerResource("square" as never), "The function of WorkerResource must be a function"],
  [
    () => new WorkerResource(square, { maxWorkers: 2 } as never),
    'WorkerResource() has no option "maxWorkers"',
  ],
  [
    () => new WorkerResource(square, { mod: "thread" } as never),
    'WorkerResource() has no option "mod"; did you mean "mode"',
  ],
])("wrong arguments are refused at once: %s", (make, message) => {
  expect(make).toThrow(message);
});

nothingIsLeft();
