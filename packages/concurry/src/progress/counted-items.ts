/** What counts the items of a loop. Once it has ended, nothing ends it again. */
interface Counter {
  update(): void;
  success(): void;
  failure(error: unknown): void;
  stop(): void;
}

/** Goes over items; each counts when the next one is asked for. @param begin Called as soon as the first one is. */
export function* countedItems<T>(
  begin: () => Counter,
  items: Iterable<T>,
): Generator<T, undefined, undefined> {
  const counter = begin();
  try {
    for (const item of items) {
      yield item;
      counter.update();
    }
    counter.success();
  } catch (error) {
    counter.failure(error);
    throw error;
  } finally {
    counter.stop(); // Where the loop was left.
  }
  return undefined;
}

/** The same for `for await`. */
export async function* countedItemsInTime<T>(
  begin: () => Counter,
  items: Iterable<T> | AsyncIterable<T>,
): AsyncGenerator<Awaited<T>, undefined, undefined> {
  const counter = begin();
  try {
    for await (const item of items) {
      yield item;
      counter.update();
    }
    counter.success();
  } catch (error) {
    counter.failure(error);
    throw error;
  } finally {
    counter.stop();
  }
  return undefined;
}
