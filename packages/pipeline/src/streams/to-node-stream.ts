import { Duplex, Readable } from "node:stream";

/** A stream of what an iterable gives; destroying it leaves the iterable. */
export function toNodeReadable(iterable: AsyncIterable<unknown>): Readable {
  return Readable.from(iterable, { objectMode: true, highWaterMark: 1 });
}

/** A stream whose output is made of its input. */
export function toNodeDuplex(transform: (source: AsyncIterable<unknown>) => AsyncIterable<unknown>): Duplex {
  return Duplex.from(async function* (source: AsyncIterable<unknown>) {
    yield* transform(source);
  });
}
