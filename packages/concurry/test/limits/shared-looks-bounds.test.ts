import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Grant } from "../../src/limits/grant.ts";
import { checkBounds } from "./bounds.ts";
import { Dear } from "./dear-clock.ts";
import { settle } from "./fake-clock.ts";
import { NaiveArbiter } from "./naive-arbiter.ts";
import { type NaiveCharge, NaiveMeter } from "./naive-meters.ts";

const WINDOW = 1_000_000;
const RUNS = 400;
const ALGORITHMS = ["sliding_window", "fixed_window", "token_bucket", "gcra", "leaky_bucket"] as const;

const someTime = fc.constantFrom(0, 0, 1, 0.01, 0.24, 0.25, 0.49, 0.97, 0.999, 1.001, 2);
const step = fc.record({
  afterWindows: someTime,
  takes: fc.array(fc.constantFrom(0.1, 0.25, 0.5, 1), { maxLength: 5 }),
  updates: fc.array(fc.tuple(fc.nat(99), fc.constantFrom(0, 0, 0.5, 1, 1.5)), { maxLength: 3 }),
  releases: fc.array(fc.nat(99), { maxLength: 2 }),
  hurries: fc.boolean(),
  looks: fc.boolean(),
});
const someTurns = fc.array(fc.array(step, { minLength: 1, maxLength: 5 }), { maxLength: 10 });

interface Taken {
  readonly grant: Grant;
  readonly charges: NaiveCharge[];
}

/** Brings the naive charges to what the grant finally counts: the latest give back first. */
function follow({ grant, charges }: Taken, meter: NaiveMeter, now: number): void {
  let extra = (grant.find("units")?.net ?? 0) - charges.reduce((sum, { amount }) => sum + amount, 0);
  if (extra > 0) charges.push(meter.charge(now, extra, true));
  for (const charge of [...charges].reverse()) {
    if (extra >= 0) break;
    const back = Math.min(charge.amount, -extra);
    charge.amount -= back;
    extra += back;
  }
}

describe.each(ALGORITHMS)("%s", (algorithm) => {
  test("never lets more through than it guarantees, however the turns and the time go", async () => {
    const property = fc.asyncProperty(fc.constantFrom(1, 10, 1000), someTurns, async (capacity, turns) => {
      const dear = new Dear(capacity, algorithm);
      const meter = new NaiveMeter({ algorithm, capacity, burst: capacity, window: WINDOW });
      const held: Taken[] = [];
      const play = ({ takes, updates, releases, hurries, looks }: (typeof turns)[0][0]): void => {
        if (hurries) dear.hurry();
        for (const share of takes) {
          const grant = dear.take(capacity * share);
          const charges =
            grant === undefined ? [] : [meter.charge(dear.clock.microseconds, capacity * share)];
          if (grant !== undefined) held.push({ grant, charges });
        }
        for (const [index, share] of updates) {
          const taken = held[index % Math.max(1, held.length)];
          if (taken === undefined) continue;
          dear.core.update(taken.grant, { units: (taken.grant.find("units")?.requested ?? 0) * share });
          follow(taken, meter, dear.clock.microseconds);
        }
        for (const index of releases)
          for (const { grant } of held.splice(index % Math.max(1, held.length), 1)) dear.core.release(grant);
        if (looks) dear.core.counts();
      };
      for (const turn of turns) {
        for (const one of turn) {
          dear.clock.moveTo(dear.clock.microseconds + Math.round(one.afterWindows * WINDOW));
          play(one);
        }
        await settle();
      }
      checkBounds(new NaiveArbiter({ units: meter }, {}));
    });
    await fc.assert(property, { numRuns: RUNS });
  });

  test("decides as if the clock had been read each time, when time stands still in each turn", async () => {
    const property = fc.asyncProperty(fc.constantFrom(1, 10, 1000), someTurns, async (capacity, turns) => {
      const both = [new Dear(capacity, algorithm), new Dear(capacity, algorithm, false)];
      const held: Grant[][] = [[], []];
      for (const turn of turns) {
        for (const [index, { takes, updates, releases, hurries, looks }] of turn.entries()) {
          const outcomes = both.map((dear, which) => {
            const mine = held[which] as Grant[];
            if (hurries) dear.hurry();
            const granted = takes.map((share) => dear.take(capacity * share));
            mine.push(...granted.filter((grant) => grant !== undefined));
            for (const [choice, share] of updates) {
              const grant = mine[choice % Math.max(1, mine.length)];
              if (grant !== undefined)
                dear.core.update(grant, { units: (grant.find("units")?.requested ?? 0) * share });
            }
            for (const choice of releases)
              for (const grant of mine.splice(choice % Math.max(1, mine.length), 1)) dear.core.release(grant);
            const nets = mine.map((grant) => grant.find("units")?.net);
            return [granted.map(Boolean), nets, looks || index + 1 === turn.length ? dear.units : undefined];
          });
          expect(outcomes[0]).toEqual(outcomes[1]);
        }
        await settle();
        for (const dear of both)
          dear.clock.moveTo(dear.clock.microseconds + Math.round((turn[0]?.afterWindows ?? 0) * WINDOW));
      }
    });
    await fc.assert(property, { numRuns: RUNS });
  });
});
