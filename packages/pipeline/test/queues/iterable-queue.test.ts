import { IterableQueue, OutputQueues } from "@concurry/pipeline";
import { expect, test } from "vitest";

async function all<T>(queue: AsyncIterable<T>): Promise<T[]> {
  const values: T[] = [];
  for await (const value of queue) values.push(value);
  return values;
}

test("three producers put all they have, then the queue ends", async () => {
  const queue = new IterableQueue<number>({ maxsize: 2, totalSources: 3 });
  const produce = async (producer: number): Promise<void> => {
    for (let value = 0; value < 50; value++) await queue.put(producer * 100 + value);
    queue.workerDone();
  };
  const producers = Promise.all([produce(0), produce(1), produce(2)]);

  expect(new Set(await all(queue)).size).toBe(150);
  await producers;
  expect(queue.isDone()).toBe(true);
});

test("put waits while the queue is full, and elements leave in the order in which they came", async () => {
  const queue = new IterableQueue<number>({ maxsize: 1 });
  expect(queue.put(1)).toBeUndefined();
  let isIn = false;
  const second = Promise.resolve(queue.put(2)).then(() => {
    isIn = true;
  });
  await Promise.resolve();
  expect([isIn, queue.size]).toEqual([false, 1]);

  expect(await queue.get()).toEqual({ done: false, value: 1 });
  await second;
  expect(await queue.get()).toEqual({ done: false, value: 2 });
});

test("undefined is an element like any other", async () => {
  const queue = new IterableQueue<number | undefined>();
  queue.put(undefined);
  queue.put(1);
  queue.workerDone();

  expect(await all(queue)).toEqual([undefined, 1]);
});

test("stop ends all producers, and what is in the queue can still be taken", async () => {
  const queue = new IterableQueue<number>({ totalSources: 2 });
  queue.put(1);
  queue.stop();

  expect([queue.remaining, queue.isDone()]).toEqual([0, false]);
  expect(await all(queue)).toEqual([1]);
});

test("kill throws away what is in the queue and wakes everybody", async () => {
  const queue = new IterableQueue<number>({ maxsize: 1 });
  queue.put(1);
  const blocked = queue.put(2);
  queue.kill();
  await blocked;

  expect([queue.forceStop, queue.size, queue.isDone()]).toEqual([true, 0, true]);
  expect(await queue.get()).toEqual({ done: true, value: undefined });
});

test("kill ends a reader that waits", async () => {
  const queue = new IterableQueue<number>();
  const waiting = queue.get();
  queue.kill();

  expect(await waiting).toEqual({ done: true, value: undefined });
});

test("an error that is raised reaches who waits and who comes later", async () => {
  const queue = new IterableQueue<number>();
  const waiting = queue.get().catch((error: unknown) => error);
  const error = new Error("broken");
  queue.raise(error);

  expect(await waiting).toBe(error);
  await expect(queue.get()).rejects.toBe(error);
  await expect(all(queue)).rejects.toBe(error);
});

test("a size that is none is refused with the value", () => {
  expect(() => new IterableQueue({ maxsize: -1 })).toThrow(
    new RangeError("maxsize must be an integer of at least 0, or Infinity, got -1"),
  );
  expect(() => new IterableQueue({ totalSources: 0 })).toThrow(RangeError);
});

test("an element goes to all outputs, and the fullest says how much room there is", async () => {
  const left = new IterableQueue<number>({ maxsize: 3 });
  const right = new IterableQueue<number>({ maxsize: 1 });
  const outputs = new OutputQueues([left, right]);
  expect(outputs.room).toBe(1);
  outputs.put(1);
  expect(outputs.room).toBe(0);
  const blocked = outputs.put(2);
  expect(await right.get()).toEqual({ done: false, value: 1 });
  await blocked;
  outputs.workerDone();

  expect([await all(left), await all(right)]).toEqual([[1, 2], [2]]);
});

test("an output that was killed holds nobody up", () => {
  const left = new IterableQueue<number>({ maxsize: 3 });
  const right = new IterableQueue<number>({ maxsize: 1 });
  const outputs = new OutputQueues([left, right]);
  right.kill();
  expect(outputs.room).toBe(3);
  left.kill();
  expect(outputs.room).toBe(Number.NEGATIVE_INFINITY);
});
