import fastCheck from "fast-check";
import { describe, expect, test } from "vitest";
import { editDistance, nearest } from "../../src/util/nearest.ts";

test.each([
  ["", "", 0],
  ["", "abc", 3],
  ["process", "process", 0],
  ["proces", "process", 1],
  ["porcess", "process", 1],
  ["prosess", "process", 1],
  ["kitten", "sitting", 3],
  ["ca", "abc", 3],
])("from %j to %j it is %i edits", (left, right, edits) => {
  expect(editDistance(left, right)).toBe(edits);
});

test("the way back is as long, and at least the difference of the lengths", () => {
  fastCheck.assert(
    fastCheck.property(fastCheck.string(), fastCheck.string(), (left, right) => {
      const distance = editDistance(left, right);
      expect(editDistance(right, left)).toBe(distance);
      expect(distance).toBeGreaterThanOrEqual(Math.abs(left.length - right.length));
      expect(distance).toBeLessThanOrEqual(Math.max(left.length, right.length));
      expect(distance === 0).toBe(left === right);
    }),
  );
});

describe("the nearest name", () => {
  const known = ["maxWorkers", "mode", "name", "loadBalancing"];

  test.each([
    ["maxWorker", "maxWorkers"],
    ["max_workers", "maxWorkers"],
    ["MODE", "mode"],
    ["loadBalancer", "loadBalancing"],
    ["nmae", "name"],
    ["onDemand", undefined],
    ["x".repeat(10_000), undefined],
  ])("to %j is %j", (name, expected) => {
    expect(nearest(name, known)).toBe(expected);
  });

  test("is the first of equally near ones", () => {
    expect(nearest("nome", ["name", "mode"])).toBe("name");
  });

  test("can be asked for within a limit", () => {
    expect(nearest("nmo", ["name"], 1)).toBe(undefined);
    expect(nearest("nmo", ["name"], 2)).toBe("name");
  });
});
