import { concat, type Pipeline } from "@concurry/pipeline";
import fc from "fast-check";

/** What one stage of a random graph does. */
type Plain =
  | { readonly kind: "double" | "repeat" | "thin"; readonly workers: number; readonly maxsize: number }
  | { readonly kind: "batch"; readonly size: number }
  | { readonly kind: "ordered"; readonly window: number | undefined }
  | { readonly kind: "through"; readonly copies: number };

interface Fork {
  readonly kind: "fork";
  readonly isTee: boolean;
  readonly order: "arrival" | "source";
  readonly maxsize: number;
  readonly ways: readonly (readonly Step[])[];
}

type Step = Plain | Fork;

const windows = fc.constantFrom(1, 2, undefined);

const plain: fc.Arbitrary<Plain> = fc.oneof(
  fc.record({
    kind: fc.constantFrom("double" as const, "repeat" as const, "thin" as const),
    // 0: inline.
    workers: fc.integer({ min: 0, max: 3 }),
    maxsize: fc.nat(2),
  }),
  fc.record({ kind: fc.constant("batch" as const), size: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ kind: fc.constant("ordered" as const), window: windows }),
  fc.record({ kind: fc.constant("through" as const), copies: fc.integer({ min: 1, max: 2 }) }),
);

function forkOf(step: fc.Arbitrary<Step>): fc.Arbitrary<Fork> {
  const way = fc.array(step, { maxLength: 3 });
  return fc.record({
    kind: fc.constant("fork" as const),
    isTee: fc.boolean(),
    order: fc.constantFrom("arrival" as const, "source" as const),
    maxsize: fc.nat(2),
    ways: fc.tuple(way, way),
  });
}

function withForks(step: fc.Arbitrary<Step>): fc.Arbitrary<Step> {
  return fc.oneof({ weight: 3, arbitrary: plain }, { weight: 1, arbitrary: forkOf(step) });
}

/** Stages in a row, some of them forks that are joined again, and the window of the `ordered` behind them. */
export interface Graph {
  readonly count: number;
  readonly steps: readonly Step[];
  readonly window: number | undefined;
}

export const graphs: fc.Arbitrary<Graph> = fc.record({
  count: fc.nat(30),
  steps: fc.array(withForks(withForks(plain)), { minLength: 1, maxLength: 4 }),
  window: windows,
});

const copiesOf = (value: number): number[] => Array.from({ length: value % 3 }, (_, at) => value + at);
const isKept = (value: number): boolean => value % 3 !== 0;

/** The elements that leave the stages, in any order. */
export function computed(values: readonly number[], steps: readonly Step[]): readonly number[] {
  let made = values;
  for (const step of steps) {
    if (step.kind === "double") made = made.map((value) => value * 2);
    if (step.kind === "repeat") made = made.flatMap(copiesOf);
    if (step.kind === "thin") made = made.filter(isKept);
    if (step.kind === "through") made = made.flatMap((value) => Array(step.copies).fill(value));
    if (step.kind === "fork") {
      const before = made;
      made = step.ways.flatMap((way) => computed(before, way));
    }
  }
  return made;
}

/** The same as a pipeline. */
export function built(from: Pipeline<number>, steps: readonly Step[]): Pipeline<number> {
  return steps.reduce(withStep, from);
}

/** Every third value comes a turn of the event loop later, so that several workers change the order. */
async function late<T>(value: number, result: T): Promise<T> {
  if (value % 3 === 1) await new Promise((resolve) => setImmediate(resolve));
  return result;
}

function withStep(from: Pipeline<number>, step: Step): Pipeline<number> {
  if (step.kind === "batch") return from.batch(step.size).flatMap((values) => values.values());
  if (step.kind === "ordered") return from.ordered(step.window === undefined ? {} : { window: step.window });
  if (step.kind === "through")
    return from.through(async function* (source) {
      for await (const value of source) for (let copy = 0; copy < step.copies; copy++) yield value;
    });
  if (step.kind === "fork") {
    const { order, maxsize, ways } = step;
    const starts = step.isTee ? from.tee(2, { maxsize }) : [from, from];
    return concat(
      ways.map((way, at) => built(starts[at] as Pipeline<number>, way)),
      { order, maxsize },
    );
  }
  const { kind, workers, maxsize } = step;
  const options = workers === 0 ? {} : ({ mode: "async", workers, maxsize } as const);
  if (kind === "double") return from.map((value) => late(value, value * 2), options);
  if (kind === "thin") return from.filter((value) => late(value, isKept(value)), options);
  return from.flatMap((value) => late(value, copiesOf(value)), options);
}
