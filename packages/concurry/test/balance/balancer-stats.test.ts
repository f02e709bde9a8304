import { expect, test } from "vitest";
import type { PoolBalancer } from "../../src/balance/balancer.ts";
import { balancerStats } from "../../src/balance/balancer-stats.ts";
import { resolveBalancer } from "../../src/balance/names.ts";
import { CALL, readyWith, type TestLoad } from "./loads.ts";

/** Dispatches so many calls; none of them settles. */
function dispatch(balancer: PoolBalancer, workers: readonly TestLoad[], calls: number): void {
  for (let call = 0; call < calls; call += 1) {
    const worker = workers[balancer.select(workers, CALL)] as TestLoad;
    worker.queued += 1;
    worker.total += 1;
    balancer.workerChanged?.(worker.index);
  }
}

test.each(["round_robin", "random"] as const)(
  "%s tells its algorithm and how many calls were placed",
  (name) => {
    const balancer = resolveBalancer(name);
    const workers = readyWith(0, 0, 0);
    dispatch(balancer, workers, 5);
    const algorithm = { round_robin: "RoundRobin", random: "Random" }[name];
    expect(balancerStats(balancer, workers, 5)).toEqual({ algorithm, totalDispatched: 5 });
  },
);

test("least_active tells what is active now; what has settled stays in totalDispatched", () => {
  const balancer = resolveBalancer("least_active");
  const workers = readyWith(0, 0, 0);
  dispatch(balancer, workers, 5);
  (workers[1] as TestLoad).queued = 1;
  expect(balancerStats(balancer, workers, 5)).toEqual({
    algorithm: "LeastActiveLoad",
    totalDispatched: 5,
    activeCalls: { 0: 2, 1: 1, 2: 1 },
    totalActive: 4,
  });
});

test("least_total tells the totals, which settling doesn't lower", () => {
  const balancer = resolveBalancer("least_total");
  const workers = readyWith(0, 0);
  dispatch(balancer, workers, 3);
  for (const worker of workers) worker.queued = 0;
  expect(balancerStats(balancer, workers, 3)).toEqual({
    algorithm: "LeastTotalLoad",
    totalDispatched: 3,
    totalCalls: { 0: 2, 1: 1 },
    sumTotalCalls: 3,
  });
});

test("a balancer of one's own stands by its name, with its own fields", () => {
  const mine: PoolBalancer = { name: "Mine", select: () => 0, stats: () => ({ mood: "good" }) };
  const balancer = resolveBalancer(mine);
  const workers = readyWith(0, 0);
  dispatch(balancer, workers, 4);
  expect(balancerStats(balancer, workers, 4)).toEqual({
    algorithm: "Mine",
    totalDispatched: 4,
    mood: "good",
  });
});

test("the stats are plain data", () => {
  const balancer = resolveBalancer("least_active");
  const stats = balancerStats(balancer, readyWith(1, 2), 0);
  expect(JSON.parse(JSON.stringify(stats))).toEqual(stats);
});
