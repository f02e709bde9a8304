import { assertResult } from "../cases/case.ts";

/** 0, 1, 2, … one by one: a source that knows nothing of what comes. */
export function* numbers(count: number): Generator<number> {
  for (let value = 0; value < count; value += 1) yield value;
}

/** The sum of 0 … count − 1. */
export function sumOf(count: number): number {
  return (count * (count - 1)) / 2;
}

/** Microseconds of an element, from the first question to the end; all results are read and added up. */
export async function usPerElement(
  results: AsyncIterable<number>,
  count: number,
  sum: number,
): Promise<number> {
  let found = 0;
  const start = performance.now();
  for await (const value of results) found += value;
  const elapsedMs = performance.now() - start;
  assertResult(found === sum, `the results of ${count} elements add up to ${found} and not to ${sum}`);
  return (elapsedMs * 1000) / count;
}

/** `over[i] / under[i]` of every round. */
export function ratios(over: readonly number[] = [], under: readonly number[] = []): number[] {
  return over.map((value, round) => value / (under[round] as number));
}
