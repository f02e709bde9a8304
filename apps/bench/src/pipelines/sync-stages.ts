import { pipeline } from "@concurry/pipeline";
import { inTurns } from "../own/in-turns.ts";
import { medianFigure, type OwnFigure, type OwnSettings, scaledCalls } from "../own/own-figure.ts";
import { numbers, ratios, sumOf, usPerElement } from "./elements.ts";

const GOAL = 2;
const ELEMENTS = 1_000_000;
const FEWEST_ELEMENTS = 1000;
const WORKLOAD = "pipeline-sync";

const addOne = (value: number): number => value + 1;
const double = (value: number): number => value * 2;
const subtractOne = (value: number): number => value - 1;

async function* byHand(elements: Iterable<number>): AsyncGenerator<number> {
  for (const value of elements) yield subtractOne(double(addOne(value)));
}

/** Three stages in sync mode against one generator with their calls. */
export async function pipelineSync({ rounds, scale }: OwnSettings): Promise<readonly OwnFigure[]> {
  const count = scaledCalls(ELEMENTS, scale, FEWEST_ELEMENTS);
  const sum = 2 * sumOf(count) + count;
  const staged = (): AsyncIterable<number> =>
    pipeline(numbers(count)).map(addOne).map(double).map(subtractOne);
  const [ours = [], theirs] = await inTurns(
    [() => usPerElement(staged(), count, sum), () => usPerElement(byHand(numbers(count)), count, sum)],
    rounds,
  );
  const title = "time of 3 stages / one async generator";
  return [
    medianFigure({ workload: WORKLOAD, title, unit: "x", goal: { atMost: GOAL } }, ratios(ours, theirs)),
    medianFigure({ workload: WORKLOAD, title: "3 stages", unit: "us per element" }, ours),
  ];
}
