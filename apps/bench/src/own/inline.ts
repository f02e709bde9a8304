import { assertResult } from "../cases/case.ts";
import { Bench } from "../workers/concurry-worker.ts";
import { increment } from "../workers/functions.ts";
import { inTurns } from "./in-turns.ts";
import { medianFigure, type OwnFigure, type OwnGoal, type OwnSettings, scaledCalls } from "./own-figure.ts";

const BURST = 100;
const BURSTS = 200;
const FEWEST_BURSTS = 2;

const GOALS = { async: 1.5, sync: 0.7 };

type Mode = keyof typeof GOALS;

type Call = (value: number) => PromiseLike<number>;

/** Microseconds of one call, each awaited before the next. */
async function oneByOne(call: Call, calls: number): Promise<number> {
  let wrong = 0;
  const start = performance.now();
  for (let index = 0; index < calls; index += 1) if ((await call(index)) !== index + 1) wrong += 1;
  const elapsedMs = performance.now() - start;
  assertResult(wrong === 0, `${wrong} of ${calls} inline calls gave another number`);
  return (elapsedMs * 1000) / calls;
}

/** Microseconds of one call, a burst of them awaited together before the next. */
async function inBursts(call: Call, calls: number): Promise<number> {
  let sum = 0;
  const start = performance.now();
  for (let first = 0; first < calls; first += BURST) {
    const results = await Promise.all(Array.from({ length: BURST }, (_, index) => call(first + index)));
    for (const result of results) sum += result;
  }
  const elapsedMs = performance.now() - start;
  assertResult(sum === (calls * (calls + 1)) / 2, "a burst of inline calls gave other numbers");
  return (elapsedMs * 1000) / calls;
}

const SHAPES = [
  ["one by one", oneByOne],
  [`bursts of ${BURST}`, inBursts],
] as const;

async function measure(mode: Mode, { rounds, scale }: OwnSettings): Promise<readonly OwnFigure[]> {
  const calls = BURST * scaledCalls(BURSTS, scale, FEWEST_BURSTS);
  const pool = Bench.options({ mode }).init();
  const plain = async (value: number): Promise<number> => increment(value);
  const subjects: readonly (readonly [string, Call, { readonly goal?: OwnGoal }])[] = [
    [`mode ${mode}`, (value) => pool.increment(value), { goal: { atMost: GOALS[mode] } }],
    ["a plain async function", plain, {}],
  ];
  try {
    await pool.ready();
    const all = subjects.flatMap(([name, call, goal]) =>
      SHAPES.map(([shape, run]) => {
        const title = `${name}, ${shape}`;
        const about = { workload: `inline-${mode}`, title, unit: "us per call", ...goal };
        return { about, way: () => run(call, calls) };
      }),
    );
    const figures = await inTurns(
      all.map(({ way }) => way),
      rounds,
    );
    return all.map(({ about }, index) => medianFigure(about, figures[index] ?? []));
  } finally {
    await pool.stop();
  }
}

/** Calls in `async` mode, which stay in the caller's thread; beside plain ones of an async function: the floor. */
export function inlineAsync(settings: OwnSettings): Promise<readonly OwnFigure[]> {
  return measure("async", settings);
}

/** The same in `sync` mode. In a program of its own: few programs use both. */
export function inlineSync(settings: OwnSettings): Promise<readonly OwnFigure[]> {
  return measure("sync", settings);
}
