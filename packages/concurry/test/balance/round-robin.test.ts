import fc from "fast-check";
import { expect, test } from "vitest";
import { RoundRobin } from "../../src/balance/round-robin.ts";
import { readyWith, workersIn } from "./loads.ts";

test("each worker has its turn, then the first again, whatever the load", () => {
  const balancer = new RoundRobin();
  const workers = readyWith(9, 0, 3);
  expect(Array.from({ length: 7 }, () => balancer.select(workers))).toEqual([0, 1, 2, 0, 1, 2, 0]);
});

test.each([
  ["the dead", ["ready", "dead", "ready"], [0, 2, 0, 2]],
  ["those that restart", ["restarting", "ready", "starting"], [1, 2, 1, 2]],
  ["those that drain", ["draining", "ready", "draining"], [1, 1, 1, 1]],
])("%s are passed over", (_what, states, expected) => {
  const balancer = new RoundRobin();
  const workers = workersIn(...states);
  expect(expected.map(() => balancer.select(workers))).toEqual(expected);
});

test("without a live worker those that will come back are taken in turn", () => {
  const balancer = new RoundRobin();
  const workers = workersIn("restarting", "dead", "restarting");
  expect([1, 2, 3].map(() => balancer.select(workers))).toEqual([0, 2, 0]);
});

test("none is chosen when all are dead or there are none", () => {
  const balancer = new RoundRobin();
  expect(balancer.select(workersIn("dead", "dead"))).toBe(-1);
  expect(balancer.select([])).toBe(-1);
});

test("after any number of rounds, live workers have had the same number of calls", () => {
  const states = fc.array(fc.constantFrom("ready", "starting", "dead", "restarting"), {
    minLength: 1,
    maxLength: 20,
  });
  fc.assert(
    fc.property(states, fc.integer({ min: 1, max: 5 }), (chosenStates, rounds) => {
      const workers = workersIn(...chosenStates);
      const live = workers.filter(({ state }) => state === "ready" || state === "starting");
      fc.pre(live.length > 0);
      const balancer = new RoundRobin();
      for (let call = 0; call < rounds * live.length; call += 1) {
        const chosen = workers[balancer.select(workers)];
        if (chosen !== undefined) chosen.total += 1;
      }
      for (const worker of workers) expect(worker.total).toBe(live.includes(worker) ? rounds : 0);
    }),
  );
});
