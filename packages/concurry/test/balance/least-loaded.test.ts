import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { WorkerLoad } from "../../src/balance/balancer.ts";
import { LeastActive } from "../../src/balance/least-active.ts";
import { LeastTotal } from "../../src/balance/least-total.ts";
import { SharedQueue } from "../../src/balance/shared-queue.ts";
import { readyWith, type TestLoad, workersIn } from "./loads.ts";

const STATES = ["starting", "ready", "draining", "crashed", "restarting", "asleep", "dead"];

const KINDS = [
  ["LeastActive", () => new LeastActive(), (worker: WorkerLoad) => worker.queued + worker.running],
  ["LeastTotal", () => new LeastTotal(), (worker: WorkerLoad) => worker.total],
  ["SharedQueue", () => new SharedQueue(), (worker: WorkerLoad) => worker.queued + worker.running],
] as const;

/** The rule, told plainly: the lowest load among the live, else among those that will come back; the first of equals. */
function expectedChoice(workers: readonly WorkerLoad[], load: (worker: WorkerLoad) => number): number {
  const live = workers.filter(({ state }) => state === "ready" || state === "starting");
  const choices = live.length > 0 ? live : workers.filter(({ state }) => state !== "dead");
  const lowest = Math.min(...choices.map(load));
  return choices.find((worker) => load(worker) === lowest)?.index ?? -1;
}

/** One thing that happens to a pool. */
const change = fc.oneof(
  { weight: 6, arbitrary: fc.constant({ what: "dispatch" } as const) },
  { weight: 5, arbitrary: fc.record({ what: fc.constant("settle" as const), at: fc.nat(80) }) },
  { weight: 3, arbitrary: fc.record({ what: fc.constant("begin" as const), at: fc.nat(80) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      what: fc.constant("state" as const),
      at: fc.nat(80),
      state: fc.constantFrom(...STATES),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ what: "grow" } as const) },
);

function happen(
  workers: TestLoad[],
  { what, at = 0, state = "ready" }: { what: string; at?: number; state?: string },
): TestLoad | undefined {
  const worker = workers[at % workers.length] as TestLoad;
  if (what === "state") worker.state = state;
  else if (what === "grow") workers.push({ index: workers.length, state, queued: 0, running: 0, total: 0 });
  else if (what === "begin" && worker.queued > 0) {
    worker.queued -= 1;
    worker.running += 1;
  } else if (what === "settle" && worker.running > 0) worker.running -= 1;
  else return undefined;
  return worker;
}

describe.each(KINDS)("%s", (_name, create, load) => {
  test("chooses by the rule through any history that is reported to it", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 70 }), fc.array(change, { maxLength: 300 }), (size, history) => {
        const workers = readyWith(...new Array<number>(size).fill(0));
        const balancer = create();
        for (const event of history) {
          if (event.what !== "dispatch") {
            const changed = happen(workers, event);
            if (changed !== undefined) balancer.workerChanged(changed.index);
            continue;
          }
          const chosen = balancer.select(workers);
          expect(chosen).toBe(expectedChoice(workers, load));
          const worker = workers[chosen];
          if (worker === undefined) continue;
          worker.queued += 1;
          worker.total += 1;
          balancer.workerChanged(chosen);
        }
      }),
    );
  });

  test("chooses by the rule when nothing is ever reported", () => {
    const worker = fc.record({
      state: fc.constantFrom(...STATES),
      queued: fc.nat(5),
      running: fc.nat(5),
      total: fc.nat(9),
    });
    fc.assert(
      fc.property(fc.array(fc.array(worker, { minLength: 1, maxLength: 40 })), (pools) => {
        const balancer = create();
        for (const pool of pools) {
          const workers = pool.map((fields, index) => ({ ...fields, index }));
          expect(balancer.select(workers)).toBe(expectedChoice(workers, load));
        }
      }),
    );
  });

  test("doesn't choose a worker whose death was not reported", () => {
    const balancer = create();
    const workers = readyWith(...new Array<number>(20).fill(1));
    balancer.workerChanged(0);
    expect(balancer.select(workers)).toBe(0);
    for (const worker of workers.slice(0, 7)) worker.state = "dead";
    expect(balancer.select(workers)).toBe(7);
  });

  test("chooses none when no worker is there or will be", () => {
    expect(create().select([])).toBe(-1);
    expect(create().select(workersIn("dead", "dead"))).toBe(-1);
  });
});

test("LeastActive counts what waits at a worker as well as what runs", () => {
  const workers = readyWith(1, 0, 1);
  (workers[1] as TestLoad).queued = 2;
  expect(new LeastActive().select(workers)).toBe(0);
});

test("LeastTotal goes on with the one that had fewest, even if it is busy", () => {
  const workers = readyWith(0, 0);
  Object.assign(workers[0] as TestLoad, { total: 5 });
  Object.assign(workers[1] as TestLoad, { total: 4, running: 4 });
  expect(new LeastTotal().select(workers)).toBe(1);
});
