import fastCheck from "fast-check";
import { expect, test } from "vitest";
import { Histogram } from "../../src/util/histogram.ts";

const TOLERANCE = 0.02;

function histogramOf(values: readonly number[]): Histogram {
  const histogram = new Histogram();
  for (const value of values) histogram.add(value);
  return histogram;
}

test("an empty one is all zeros", () => {
  expect(new Histogram().summary()).toEqual({ count: 0, mean: 0, p50: 0, p90: 0, p99: 0, max: 0 });
});

test("count, mean and max are exact", () => {
  expect(histogramOf([1, 2, 3, 10]).summary()).toMatchObject({ count: 4, mean: 4, max: 10 });
});

test("one value is every percentile", () => {
  const { p50, p90, p99 } = histogramOf([3]).summary();

  for (const percentile of [p50, p90, p99]) expect(Math.abs(percentile - 3) / 3).toBeLessThan(TOLERANCE);
});

test("percentiles are within 2 % of the sorted values, from a microsecond to a month", () => {
  const value = fastCheck.double({ min: 0.001, max: 2_600_000_000, noNaN: true });
  fastCheck.assert(
    fastCheck.property(fastCheck.array(value, { minLength: 1, maxLength: 300 }), (values) => {
      const sorted = [...values].sort((left, right) => left - right);
      const summary = histogramOf(values).summary();
      for (const [share, found] of [
        [0.5, summary.p50],
        [0.9, summary.p90],
        [0.99, summary.p99],
      ] as const) {
        const exact = sorted[Math.ceil(share * sorted.length) - 1] as number;
        expect(Math.abs(found - exact) / exact).toBeLessThan(TOLERANCE);
      }
    }),
  );
});

test("no percentile is above the greatest value", () => {
  const { p99, max } = histogramOf([1.001]).summary();

  expect(p99).toBeLessThanOrEqual(max);
});

test("zero and values outside the range are counted all the same", () => {
  const summary = histogramOf([0, 0, 1e12]).summary();

  expect(summary).toMatchObject({ count: 3, max: 1e12 });
  expect(summary.p50).toBeLessThan(0.001);
});

test("merging counts the values of both", () => {
  const [one, other, both] = [new Histogram(), new Histogram(), new Histogram()];
  for (const value of [1, 5, 9]) one.add(value);
  for (const value of [2, 700]) other.add(value);
  for (const value of [1, 5, 9, 2, 700]) both.add(value);
  one.merge(other);

  expect(one.summary()).toEqual(both.summary());
});
