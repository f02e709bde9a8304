import fc from "fast-check";
import { expect, test } from "vitest";
import { findPromises, unwrapArguments } from "../../src/future/unwrap.ts";

/** A container by its kind and what is in it; others are named by number, so that there are cycles and shared parts. */
const child = fc.oneof(
  fc.record({ what: fc.constant("leaf" as const), number: fc.nat(9) }),
  fc.record({ what: fc.constant("container" as const), number: fc.nat(30) }),
  fc.record({ what: fc.constant("promise" as const), number: fc.nat(3) }),
);
const container = fc.record({
  kind: fc.constantFrom("array", "object", "map", "set"),
  children: fc.array(child, { maxLength: 5 }),
});
const graph = fc.array(container, { minLength: 1, maxLength: 12 });

type Graph = typeof graph extends fc.Arbitrary<infer G> ? G : never;

/** Builds the containers of a graph, with the given values where it has promises. */
function build(plan: Graph, promiseOf: (number: number) => unknown): object[] {
  const containers = plan.map(
    ({ kind }) => ({ array: [], object: {}, map: new Map(), set: new Set() })[kind] as object,
  );
  for (const [index, { children }] of plan.entries()) {
    const target = containers[index];
    for (const [place, { what, number }] of children.entries()) {
      const value =
        what === "leaf"
          ? number
          : what === "promise"
            ? promiseOf(number)
            : containers[number % containers.length];
      if (target instanceof Set) target.add(value);
      else if (target instanceof Map)
        target.set(place % 2 === 0 ? value : place, place % 2 === 0 ? place : value);
      else if (Array.isArray(target)) target.push(value);
      else Object.assign(target as object, { [`field${place}`]: value });
    }
  }
  return containers;
}

/** What is in a container, in order. */
function contents(value: object): readonly unknown[] {
  if (value instanceof Map) return [...value].flat();
  if (value instanceof Set) return [...value];
  return Object.entries(value).flat();
}

/** True when two graphs have the same shape: the same values in the same places, the same parts shared. */
function haveSameShape(one: unknown, other: unknown, pairs: Map<unknown, unknown>): boolean {
  if (typeof one !== "object" || one === null || typeof other !== "object" || other === null)
    return one === other;
  if (pairs.has(one)) return pairs.get(one) === other;
  if (Object.getPrototypeOf(one) !== Object.getPrototypeOf(other)) return false;
  pairs.set(one, other);
  const [ones, others] = [contents(one), contents(other)];
  return (
    ones.length === others.length && ones.every((value, index) => haveSameShape(value, others[index], pairs))
  );
}

/** The containers from which a promise can be reached, by the plainest of means. */
function reachingPromise(containers: readonly object[], promises: ReadonlySet<unknown>): Set<object> {
  const reaching = new Set<object>();
  for (let size = -1; size !== reaching.size; ) {
    size = reaching.size;
    for (const value of containers) {
      if (contents(value).some((item) => promises.has(item) || reaching.has(item as object)))
        reaching.add(value);
    }
  }
  return reaching;
}

test("any graph comes back in the same shape, copied where it has to be and nowhere else", async () => {
  await fc.assert(
    fc.asyncProperty(graph, async (plan) => {
      const promises = [0, 1, 2, 3].map((number) => Promise.resolve(`value ${number}`));
      const given = build(plan, (number) => promises[number]);
      const before = given.map(contents);
      const reaching = reachingPromise(given, new Set(promises));
      expect(findPromises(given)).toBe(reaching.size > 0);

      const unwrapped = (await unwrapArguments(given)) as object[];

      const expected = build(plan, (number) => `value ${number}`);
      expect(haveSameShape(unwrapped, expected, new Map())).toBe(true);
      expect(haveSameShape(expected, unwrapped, new Map())).toBe(true);
      for (const [index, value] of given.entries()) {
        expect(unwrapped[index] === value).toBe(!reaching.has(value));
        const now = contents(value);
        expect(
          now.length === before[index]?.length && now.every((item, place) => item === before[index]?.[place]),
        ).toBe(true);
      }
    }),
    { numRuns: 1000 },
  );
});

test("the search with a limit finds the same as the one without, when the limit is high enough", () => {
  fc.assert(
    fc.property(graph, (plan) => {
      const given = build(plan, (number) => Promise.resolve(number));
      expect(findPromises(given, 10_000)).toBe(findPromises(given));
    }),
  );
});
