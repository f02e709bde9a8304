import { describe, expect, test } from "vitest";
import type { Balancer } from "../../src/balance/balancer.ts";
import { resolveBalancer } from "../../src/balance/names.ts";
import { CALL, readyWith, workersIn } from "./loads.ts";

const ALGORITHMS = [
  ["round_robin", "RoundRobin"],
  ["rr", "RoundRobin"],
  ["least_active", "LeastActiveLoad"],
  ["active", "LeastActiveLoad"],
  ["least_total", "LeastTotalLoad"],
  ["total", "LeastTotalLoad"],
  ["random", "Random"],
  ["rand", "Random"],
  ["shared_queue", "SharedQueue"],
] as const;

const MISTAKES: readonly (readonly [string, unknown, string])[] = [
  ["a number", 3, "got 3"],
  ["null", null, "got null"],
  ["an object without a name", { select: () => 0 }, '"name"'],
  ["an object with an empty name", { name: "", select: () => 0 }, '"name"'],
  ["an object without select", { name: "mine" }, '"select"'],
  ["an object whose stats is no method", { name: "mine", select: () => 0, stats: {} }, '"stats"'],
];

describe("resolveBalancer", () => {
  test.each(ALGORITHMS)("%s is the algorithm %s", (name, algorithm) => {
    expect(resolveBalancer(name).name).toBe(algorithm);
  });

  test("only the shared queue waits with its choice until there is room", () => {
    for (const [name] of ALGORITHMS) {
      expect(resolveBalancer(name).selectsAt ?? "call").toBe(name === "shared_queue" ? "room" : "call");
    }
  });

  test("each pool gets a balancer of its own", () => {
    const first = resolveBalancer("rr");
    first.select(readyWith(0, 0), CALL);
    expect(resolveBalancer("rr").select(readyWith(0, 0), CALL)).toBe(0);
  });

  test("an unknown name is a RangeError that lists the names", () => {
    const resolve = (): Balancer => resolveBalancer("fastest" as "rr");
    expect(resolve).toThrow(RangeError);
    for (const [name] of ALGORITHMS) expect(resolve).toThrow(`"${name}"`);
    expect(resolve).toThrow('got "fastest"');
  });

  test.each(MISTAKES)("%s is a TypeError", (_what, value, part) => {
    const resolve = (): Balancer => resolveBalancer(value as Balancer);
    expect(resolve).toThrow(TypeError);
    expect(resolve).toThrow(part);
  });
});

describe("a balancer of the user's own", () => {
  test("chooses, and sees the call and all workers", () => {
    const workers = workersIn("ready", "dead", "ready");
    const seen: unknown[] = [];
    const select: Balancer["select"] = (loads, call) => {
      seen.push(loads, call);
      return 2;
    };
    expect(resolveBalancer({ name: "last", select }).select(workers, CALL)).toBe(2);
    expect(seen).toEqual([workers, CALL]);
  });

  test("keeps its `this`", () => {
    class Sticky implements Balancer {
      readonly name = "sticky";
      readonly #favourite = 1;
      select(): number {
        return this.#favourite;
      }
    }
    expect(resolveBalancer(new Sticky()).select(readyWith(0, 0), CALL)).toBe(1);
  });

  test("that chooses a worker that is down gets the next live one", () => {
    const balancer = resolveBalancer({ name: "stubborn", select: () => 1 });
    expect(balancer.select(workersIn("ready", "dead", "restarting", "ready"), CALL)).toBe(3);
    expect(balancer.select(workersIn("ready", "dead", "restarting", "draining"), CALL)).toBe(0);
    expect(balancer.select(workersIn("dead", "dead", "restarting", "dead"), CALL)).toBe(2);
  });

  test.each([4, 1.5, -2, Number.NaN, "0", undefined])("that chooses %s fails with a RangeError", (index) => {
    const balancer = resolveBalancer({ name: "lost", select: () => index as number });
    expect(() => balancer.select(readyWith(0, 0), CALL)).toThrow(RangeError);
    expect(() => balancer.select(readyWith(0, 0), CALL)).toThrow('"lost"');
  });
});
