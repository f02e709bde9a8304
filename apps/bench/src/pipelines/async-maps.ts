import { Readable } from "node:stream";
import { pipeline } from "@concurry/pipeline";
import { pMapIterable } from "p-map";
import { transform } from "streaming-iterables";
import type { Duel } from "../limits/duel.ts";

const GOAL = 1;
const ELEMENTS = 100_000;

type Way = (elements: number) => Promise<unknown>;

function* numbers(count: number): Generator<number> {
  for (let value = 0; value < count; value += 1) yield value;
}

/** A function that does nothing; plain, or behind a promise. */
const NOTHING: Readonly<Record<string, (value: number) => number | Promise<number>>> = {
  "plain function": (value) => value + 1,
  "async function": async (value) => value + 1,
};

/** Reads all and checks that all is there. */
async function drain(results: AsyncIterable<number>, count: number): Promise<void> {
  let sum = 0;
  for await (const value of results) sum += value;
  if (sum !== (count * (count + 1)) / 2) throw new Error(`The results add up to ${sum}.`);
}

type Make = (
  elements: Iterable<number>,
  f: (value: number) => number | Promise<number>,
  workers: number,
) => AsyncIterable<number>;

const ours: Make = (elements, f, workers) => pipeline(elements).map(f, { mode: "async", workers });

const THEIRS: Readonly<Record<string, Make>> = {
  "streaming-iterables transform": (elements, f, workers) => transform(workers, f, elements),
  "p-map pMapIterable": (elements, f, workers) =>
    pMapIterable(elements, f, { concurrency: workers, preserveOrder: false }),
  "Readable.map": (elements, f, workers) => Readable.from(elements).map(f, { concurrency: workers }),
};

/** `async` stages of 1 and of 100 workers with nothing to do, against what else maps with a bound. */
export function asyncMapDuels(): readonly Duel[] {
  const way =
    (make: Make, f: string, workers: number): Way =>
    (elements) =>
      drain(make(numbers(elements), NOTHING[f] as Parameters<Make>[1], workers), elements);
  return Object.keys(NOTHING).flatMap((f) =>
    [1, 100].flatMap((workers) =>
      Object.entries(THEIRS).map(([name, make]) => ({
        title: `async map, ${f}, ${workers} at once / ${name}`,
        goal: GOAL,
        operations: ELEMENTS,
        ours: way(ours, f, workers),
        theirs: way(make, f, workers),
      })),
    ),
  );
}
