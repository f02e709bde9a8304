import fc from "fast-check";
import { expect, test } from "vitest";
import type { Grant } from "../../src/limits/grant.ts";
import type { Algorithm } from "../../src/limits/rate-options.ts";
import { checkBounds } from "./bounds.ts";
import { Model, type World } from "./model.ts";

const RUNS = Number(process.env.LIMIT_RUNS ?? 5000);
const OPERATIONS = 24;
const ALGORITHMS: readonly Algorithm[] = [
  "sliding_window",
  "fixed_window",
  "token_bucket",
  "gcra",
  "leaky_bucket",
];

const CAPACITIES = [1, 3, 10, 1000, 1e6, 2.5];
// Shares of a capacity: uniform amounts miss most bugs.
const SHARES = [1, 1, 1 / 2, 1 / 2, 1 / 4, 1 / 10, 0.3, 0.37];
// Shares of a window, most of them near its end.
const TIMES = [0.97, 0.99, 0.999, 1, 1, 1.001, 0.5, 0.25, 0.1, 0.02, 0, 3];
const KEYS = [["r"], ["r"], ["c"], ["r", "c"], ["q"], ["q", "c"], ["r", "q"], ["r", "q", "c"]];
const PRIORITIES = [0, 0, 0, 0, 0, 3, -2, 8];

type Step = readonly [kind: number, a: number, b: number, c: number, d: number];

test.each(ALGORITHMS)("%s does what the naive arbiter does, to the microsecond", (algorithm) => {
  const step = fc.tuple(fc.nat(99), fc.nat(999), fc.nat(999), fc.nat(999), fc.nat(999));
  const property = fc.property(
    worlds(algorithm),
    fc.array(step, { maxLength: OPERATIONS, size: "max" }),
    (world, steps) => {
      const model = new Model(world);
      for (const one of steps) play(model, world, one);
      checkBounds(model.naive);
      model.finish();
    },
  );
  fc.assert(property, { numRuns: RUNS });
  expect(RUNS).toBeGreaterThan(0);
});

function worlds(algorithm: Algorithm): fc.Arbitrary<World> {
  return fc.record({
    algorithm: fc.constant(algorithm),
    capacity: fc.constantFrom(...CAPACITIES),
    burst: fc.constantFrom(1, 3, 10, 1000, 0.5),
    otherCapacity: fc.constantFrom(...CAPACITIES),
    windowMs: fc.constantFrom(10, 1000, 60_000),
    resource: fc.constantFrom(1, 2, 3, 10),
    startMs: fc.constantFrom(0, 12.345, 1.7e12),
  });
}

function play(model: Model, world: World, [kind, a, b, c, d]: Step): void {
  const lease = pick([...model.held], a);
  const waiting = pick(model.waiting, a);
  if (kind < 40) acquire(model, world, kind < 33, [a, b, c, d]);
  else if (kind < 62) move(model, world, a, b);
  else if (kind < 74) update(model, a, b, c);
  else if (kind < 89 && lease !== undefined) model.release(...lease, kind === 88);
  else if (kind < 96 && waiting !== undefined) model.abort(waiting);
  else if (kind >= 96) model.ownerGone(b % 3);
}

function acquire(model: Model, world: World, mayWait: boolean, [a, b, c, d]: readonly number[]): void {
  const amounts: Record<string, number> = {};
  for (const key of pick(KEYS, a as number) as string[])
    amounts[key] = model.counted(key, amountOf(world, key, b as number));
  const timeouts = [
    undefined,
    undefined,
    undefined,
    1,
    world.windowMs / 2,
    world.windowMs,
    2 * world.windowMs,
  ];
  model.acquire(amounts, mayWait, {
    priority: pick(PRIORITIES, c as number) as number,
    timeoutMs: pick(timeouts, d as number),
    owner: pick([undefined, 0, 1, 2], (c as number) >> 3),
    isShared: (d as number) % 5 === 0,
  });
}

function amountOf(world: World, key: string, choice: number): number {
  if (key === "c") return 1 + (choice % world.resource);
  const isBucket = world.algorithm === "token_bucket" || world.algorithm === "gcra";
  const largest = isBucket ? world.burst : key === "r" ? world.capacity : world.otherCapacity;
  return largest * (pick(SHARES, choice) as number);
}

function move(model: Model, world: World, a: number, b: number): void {
  const window = world.windowMs * 1000;
  const jitter = pick([0, 0, 0, 1, -1, 500], b) as number;
  model.moveTo(model.now + Math.max(0, Math.round(window * (pick(TIMES, a) as number)) + jitter));
}

function update(model: Model, a: number, b: number, c: number): void {
  const lease = pick([...model.held], a);
  if (lease === undefined) return;
  const [id, grant]: [number, Grant] = lease;
  const key = pick(grant.keys(), b) as string;
  const hold = grant.find(key);
  if (hold === undefined) return;
  const shares = key === "c" ? [0, 0.5, 1] : [0, 0, 0.5, 0.25, 0.9, 1, 1, 1.5, 2];
  const base = key === "c" ? hold.net : hold.requested;
  const used = base * (pick(shares, c) as number);
  model.update(id, key, key === "c" ? Math.floor(used) : model.counted(key, used));
}

function pick<T>(items: readonly T[], choice: number): T | undefined {
  return items[choice % Math.max(1, items.length)];
}
