import { StoppedError } from "concurry";
import { IterableQueue } from "../queues/iterable-queue.ts";
import type { PipelineRun } from "../runtime/pipeline-run.ts";

/** A stream of what an iterable gives; cancelling it leaves the iterable. */
export function toWebReadable<T>(
  iterable: AsyncIterable<T>,
  onCancel?: (reason: unknown) => void,
): ReadableStream<T> {
  const iterator = iterable[Symbol.asyncIterator]();
  return new ReadableStream<T>(
    {
      async pull(controller) {
        const { done, value } = await iterator.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      async cancel(reason) {
        onCancel?.(reason);
        await iterator.return?.();
      },
    },
    { highWaterMark: 1 },
  );
}

/** A pair of streams: what is written to one is read, changed, from the other. */
export function toWebTransform<A, B>(
  transform: (source: AsyncIterable<A>) => { start(): PipelineRun<B> },
): { readonly readable: ReadableStream<B>; readonly writable: WritableStream<A> } {
  const input = new IterableQueue<A>({ maxsize: 1 });
  let refuse!: (reason: unknown) => void;
  const writable = new WritableStream<A>({
    start: (controller) => {
      refuse = (reason) => controller.error(reason);
    },
    write: (value) => input.put(value),
    close: () => input.workerDone(),
    abort: (reason) => input.raise(reason),
  });
  const run = transform(input).start();
  input.onKill = () =>
    refuse(run.plane.pipelineError() ?? new StoppedError("What is written here is read no more."));
  // It may end before it has begun to read.
  void run.finished.catch(() => {}).then(() => input.kill());
  return { readable: toWebReadable(run, refuse), writable };
}
