import {
  concat,
  type Element,
  map,
  type Outcome,
  type PartialStage,
  type Pipeline,
  pipeline,
} from "@concurry/pipeline";
import { expectTypeOf, test } from "vitest";
import { Model } from "#workers/functions";

const line = pipeline([1, 2, 3]);

test("stages infer what their functions give", () => {
  expectTypeOf(line.map((x) => String(x))).toEqualTypeOf<Pipeline<string>>();
  expectTypeOf(line.map(async (x) => String(x))).toEqualTypeOf<Pipeline<string>>();
  expectTypeOf(line.flatMap((x) => [x, String(x)])).toEqualTypeOf<Pipeline<string | number>>();
  expectTypeOf(line.flatMap(async () => new Set(["a"]))).toEqualTypeOf<Pipeline<string>>();
  expectTypeOf(line.each(() => {})).toEqualTypeOf<Pipeline<never>>();
  expectTypeOf(line.batch(2)).toEqualTypeOf<Pipeline<number[]>>();
  expectTypeOf(line.withIndex()).toEqualTypeOf<Pipeline<Element<number>>>();
  expectTypeOf(line.tee(2)).toEqualTypeOf<readonly [Pipeline<number>, Pipeline<number>]>();
});

test("concat yields what any of its pipelines does", () => {
  expectTypeOf(concat([line, pipeline(["x"])])).toEqualTypeOf<Pipeline<number | string>>();
  expectTypeOf(concat([line, line])).toEqualTypeOf<Pipeline<number>>();
  const several: readonly Pipeline<Date>[] = [];
  expectTypeOf(concat(several)).toEqualTypeOf<Pipeline<Date>>();
});

test("a type guard narrows", () => {
  const mixed = pipeline<string | number>(["a", 1]);
  expectTypeOf(mixed.filter((x) => typeof x === "string")).toEqualTypeOf<Pipeline<string>>();
  expectTypeOf(mixed.filter(async (x) => x !== 1)).toEqualTypeOf<Pipeline<string | number>>();
});

test("resources of onStart are typed in the function and in onDone", () => {
  line.map((x, { agent, index, signal }) => [agent.size + x, index, signal.aborted], {
    mode: "async",
    onStart: async () => ({ agent: new Set<string>() }),
    onDone: ({ agent }) => agent.clear(),
  });
  // @ts-expect-error: a name of the context's own
  line.map((x) => x, { onStart: () => ({ signal: 1 }) });
});

test("yielded errors make outcomes", () => {
  const f = (x: number): string => String(x);
  expectTypeOf(line.map(f, { onError: "yield" })).toEqualTypeOf<Pipeline<Outcome<string>>>();
  // biome-ignore lint/suspicious/noThenProperty: the name of an option; it is no function.
  expectTypeOf(line.map(f, { onError: { retries: 2, then: "yield" } })).toEqualTypeOf<
    Pipeline<Outcome<string>>
  >();
  expectTypeOf(line.map(f, { mode: "async", timeoutMs: 1, onTimeout: "yield" })).toEqualTypeOf<
    Pipeline<Outcome<string>>
  >();
  expectTypeOf(line.map(f, { onError: { retries: 2 } })).toEqualTypeOf<Pipeline<string>>();
});

test("a stage that yields nothing yields no outcomes either", () => {
  line.each(() => {}, { mode: "async", onError: { retries: 2 }, onTimeout: "fail" });
  // @ts-expect-error: yields outcomes
  line.each(() => {}, { onError: "yield" });
  // @ts-expect-error: yields outcomes
  line.each(() => {}, { onTimeout: "yield" });
});

test("a method reference has the types of its method", () => {
  expectTypeOf(line.map(Model.method("predict", 2), { mode: "thread" })).toEqualTypeOf<Pipeline<number>>();
  expectTypeOf(line.flatMap(Model.method("several"), { mode: "thread" })).toEqualTypeOf<Pipeline<number>>();
  // @ts-expect-error: no such method
  Model.method("predikt");
  // @ts-expect-error: takes numbers
  pipeline(["a"]).map(Model.method("predict"), { mode: "thread" });
});

test("partials join where their types meet", () => {
  const partial = map((x: number) => x * 2).pipe(map((x) => String(x)));
  expectTypeOf(partial).toEqualTypeOf<PartialStage<number, string>>();
  expectTypeOf(line.pipe(partial)).toEqualTypeOf<Pipeline<string>>();
  // @ts-expect-error: takes numbers
  pipeline(["a"]).pipe(partial);
});
