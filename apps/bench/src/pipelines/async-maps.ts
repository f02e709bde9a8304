import { Readable } from "node:stream";
import { pipeline } from "@concurry/pipeline";
import { pMapIterable } from "p-map";
import { transform } from "streaming-iterables";
import { inTurns } from "../own/in-turns.ts";
import { medianFigure, type OwnFigure, type OwnSettings, scaledCalls } from "../own/own-figure.ts";
import { median } from "../statistics.ts";
import { numbers, ratios, sumOf, usPerElement } from "./elements.ts";

const GOAL = 1;
const ELEMENTS = 100_000;
const FEWEST_ELEMENTS = 1000;
const WORKERS = [1, 100];
const WORKLOAD = "pipeline-async";

/** A function that does next to nothing; plain, or behind a promise. */
const FUNCTIONS: Readonly<Record<string, (value: number) => number | Promise<number>>> = {
  "plain function": (value) => value + 1,
  "async function": async (value) => value + 1,
};

type Make = (
  elements: Iterable<number>,
  f: (value: number) => number | Promise<number>,
  workers: number,
) => AsyncIterable<number>;

const ours: Make = (elements, f, workers) => pipeline(elements).map(f, { mode: "async", workers });

/** What does the same: the goal is set by the fastest of them. */
const PEERS: Readonly<Record<string, Make>> = {
  "streaming-iterables": (elements, f, workers) => transform(workers, f, elements),
  "p-map": (elements, f, workers) =>
    pMapIterable(elements, f, { concurrency: workers, preserveOrder: false }),
};

/** Shown beside them. */
const SHOWN: Readonly<Record<string, Make>> = {
  "Readable.map": (elements, f, workers) => Readable.from(elements).map(f, { concurrency: workers }),
};

async function figuresOf(
  words: string,
  workers: number,
  count: number,
  rounds: number,
): Promise<readonly OwnFigure[]> {
  const f = FUNCTIONS[words] as Parameters<Make>[1];
  const names = [...Object.keys(PEERS), ...Object.keys(SHOWN)];
  const ways = [ours, ...Object.values(PEERS), ...Object.values(SHOWN)].map(
    (make) => () => usPerElement(make(numbers(count), f, workers), count, sumOf(count) + count),
  );
  const [own = [], ...others] = await inTurns(ways, rounds);
  const peers = others.slice(0, Object.keys(PEERS).length);
  const fastest = peers.reduce((best, other) => (median(other) < median(best) ? other : best));
  const shape = `${words}, ${workers} at once`;
  const speed = (title: string, other: readonly number[], goal: Pick<OwnFigure, "goal"> = {}): OwnFigure =>
    medianFigure({ workload: WORKLOAD, title, unit: "x", ...goal }, ratios(other, own));
  return [
    speed(`${shape}: speed / the fastest peer's`, fastest, { goal: { atLeast: GOAL } }),
    ...names.map((name, index) => speed(`${shape}: speed / ${name}`, others[index] ?? [])),
    medianFigure({ workload: WORKLOAD, title: shape, unit: "us per element" }, own),
  ];
}

/** A stage in async mode that has nothing to do, against what else maps with a bound. */
export async function pipelineAsync({ rounds, scale }: OwnSettings): Promise<readonly OwnFigure[]> {
  const count = scaledCalls(ELEMENTS, scale, FEWEST_ELEMENTS);
  const figures: OwnFigure[] = [];
  for (const words of Object.keys(FUNCTIONS))
    for (const workers of WORKERS) figures.push(...(await figuresOf(words, workers, count, rounds)));
  return figures;
}
