import { IterableQueue } from "../queues/iterable-queue.ts";

/** A stream of what an iterable gives; cancelling it leaves the iterable. */
export function toWebReadable<T>(iterable: AsyncIterable<T>): ReadableStream<T> {
  const iterator = iterable[Symbol.asyncIterator]();
  return new ReadableStream<T>(
    {
      async pull(controller) {
        const { done, value } = await iterator.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        await iterator.return?.();
      },
    },
    { highWaterMark: 1 },
  );
}

/** A pair of streams: what is written to one is read, changed, from the other. */
export function toWebTransform<A, B>(
  transform: (source: AsyncIterable<A>) => AsyncIterable<B>,
): { readonly readable: ReadableStream<B>; readonly writable: WritableStream<A> } {
  const input = new IterableQueue<A>({ maxsize: 1 });
  const writable = new WritableStream<A>({
    write: (value) => input.put(value),
    close: () => input.workerDone(),
    abort: (reason) => input.raise(reason),
  });
  return { readable: toWebReadable(transform(input)), writable };
}
