import { pipeline } from "@concurry/pipeline";
import type { Duel } from "../limits/duel.ts";

const GOAL = 2;
const ELEMENTS = 1_000_000;

const addOne = (value: number): number => value + 1;
const double = (value: number): number => value * 2;
const subtractOne = (value: number): number => value - 1;

function* numbers(count: number): Generator<number> {
  for (let value = 0; value < count; value += 1) yield value;
}

async function* byHand(elements: Iterable<number>): AsyncGenerator<number> {
  for (const value of elements) yield subtractOne(double(addOne(value)));
}

async function drain(results: AsyncIterable<number>, count: number): Promise<void> {
  let sum = 0;
  for await (const value of results) sum += value;
  if (sum !== count * count) throw new Error(`The results add up to ${sum}.`);
}

/** Three stages in sync mode against one generator with their calls. */
export function syncStagesDuel(): Duel {
  return {
    title: "3 sync stages / one async generator",
    goal: GOAL,
    operations: ELEMENTS,
    ours: (count) => drain(pipeline(numbers(count)).map(addOne).map(double).map(subtractOne), count),
    theirs: (count) => drain(byHand(numbers(count)), count),
  };
}
