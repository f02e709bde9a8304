import { Readable } from "node:stream";
import { pipeline as pipe } from "node:stream/promises";
import { map, pipeline } from "@concurry/pipeline";
import { expect, test } from "vitest";
import { countingSource, numbers } from "./support.ts";

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
