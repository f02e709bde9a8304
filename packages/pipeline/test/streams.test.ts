import { Readable } from "node:stream";
import { pipeline as pipe } from "node:stream/promises";
import { map, pipeline, through } from "@concurry/pipeline";
import { describe, expect, test } from "vitest";
import { after, countingSource, numbers, signal } from "./support.ts";

test("a Node stream is a source, read once and destroyed when the run is left", async () => {
  const stream = Readable.from(numbers(100));
  for await (const value of pipeline<number>(stream).map((x) => x + 1)) {
    expect(value).toBe(1);
    break;
  }
  expect(stream.destroyed).toBe(true);
  await expect(pipeline(stream).run()).rejects.toMatchObject({ code: "STAGE_REUSED" });
});

test("a web stream is a source, and is cancelled when the run is left", async () => {
  let cancelled = 0;
  const stream = new ReadableStream<number>({
    pull: (controller) => controller.enqueue(1),
    cancel: () => {
      cancelled++;
    },
  });
  for await (const value of pipeline(stream).map((x) => x + 1)) {
    expect(value).toBe(2);
    break;
  }
  expect(cancelled).toBe(1);
});

test("results can be read as a Node stream, which pulls no further than its reader", async () => {
  const { source, counts } = countingSource();
  const readable = pipeline(source)
    .map((x) => x * 2)
    .toReadable();
  const results: number[] = [];
  for await (const value of readable) {
    results.push(value as number);
    if (results.length === 3) break;
  }
  expect(results).toEqual([0, 2, 4]);
  expect(counts.pulled).toBeLessThan(8);
  expect(counts.closed).toBe(1);
});

test("results can be read as a web stream, and cancelling it stops the run", async () => {
  const { source, counts } = countingSource();
  const reader = pipeline(source)
    .map((x) => x * 2)
    .toReadableStream()
    .getReader();
  expect(await reader.read()).toEqual({ done: false, value: 0 });
  await reader.cancel();
  expect(counts.closed).toBe(1);
});

test("an error reaches whoever reads the stream", async () => {
  const failing = pipeline([1]).map(() => {
    throw new Error("inside");
  });
  await expect(failing.toReadable().toArray()).rejects.toThrow("inside");
  await expect(failing.toReadableStream().getReader().read()).rejects.toThrow("inside");
});

test("a partial stands between two Node streams", async () => {
  const results: number[] = [];
  await pipe(
    Readable.from(numbers(50)),
    map(async (x: number) => x * 2, { mode: "async", workers: 4 })
      .pipe(map((x) => x + 1))
      .toDuplex(),
    async (source: AsyncIterable<unknown>) => {
      for await (const value of source) results.push(value as number);
    },
  );
  expect(results).toEqual(numbers(50).map((x) => x * 2 + 1));
});

test("a partial is a transform of web streams", async () => {
  const source = new ReadableStream<number>({
    start: (controller) => {
      for (const value of numbers(20)) controller.enqueue(value);
      controller.close();
    },
  });
  const results: number[] = [];
  const doubled = source.pipeThrough(map((x: number) => x * 2).toTransformStream());
  for await (const value of doubled as unknown as AsyncIterable<number>) results.push(value);
  expect(results).toEqual(numbers(20).map((x) => x * 2));
});

describe("a transform of web streams leaves its source", () => {
  const endless = () => {
    const cancelled = signal();
    const reasons: unknown[] = [];
    const stream = new ReadableStream<number>({
      pull: (controller) => after(1).then(() => controller.enqueue(1)),
      cancel: (reason) => {
        reasons.push(reason);
        cancelled.fire();
      },
    });
    return { stream, reasons, cancelled: cancelled.promise };
  };

  test("when it is cancelled, with the reason", async () => {
    const { stream, reasons, cancelled } = endless();
    const reader = stream.pipeThrough(map((x: number) => x).toTransformStream()).getReader();
    expect(await reader.read()).toEqual({ done: false, value: 1 });
    const reason = new Error("enough");
    await reader.cancel(reason);
    await cancelled;
    expect(reasons).toEqual([reason]);
  });

  test("when it fails, with the error", async () => {
    const { stream, reasons, cancelled } = endless();
    const error = new Error("boom");
    const failing = map((): number => {
      throw error;
    }).toTransformStream();
    await expect(stream.pipeThrough(failing).getReader().read()).rejects.toBe(error);
    await cancelled;
    expect(reasons).toEqual([error]);
  });

  test("when a stage can't start", async () => {
    const { stream, reasons, cancelled } = endless();
    const error = new Error("onStart");
    const failing = map((x: number) => x, { onStart: () => Promise.reject(error) }).toTransformStream();
    await expect(stream.pipeThrough(failing).getReader().read()).rejects.toBe(error);
    await cancelled;
    expect(reasons).toEqual([error]);
  });

  test("when it has enough of it", async () => {
    const { stream, reasons, cancelled } = endless();
    const one = through(async function* (source: AsyncIterable<number>) {
      for await (const value of source) {
        yield value;
        return;
      }
    }).toTransformStream();
    const reader = stream.pipeThrough(one).getReader();
    expect(await reader.read()).toEqual({ done: false, value: 1 });
    await cancelled;
    expect(reasons).toEqual([expect.objectContaining({ name: "StoppedError" })]);
    expect(await reader.read()).toEqual({ done: true, value: undefined });
  });
});
