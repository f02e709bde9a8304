import Bottleneck from "bottleneck";
import { LimitSet, ResourceLimit } from "concurry";
import fc from "fast-check";
import { expect, test } from "vitest";

// A limiter takes some milliseconds per grant; whole cases run beside each other to keep this within seconds.
const CASES = 60;
const MOST_REQUESTS = 12;
const MOST_UNITS = 6;
const SEED = 20_260_515;

/** Requests that all arrive at once, and who gives back when: an index into those that are inside. */
interface Case {
  readonly capacity: number;
  readonly weights: readonly number[];
  readonly leavers: readonly number[];
}

/** What both sides have: a queue of weights, in which grants come in some order. */
interface Subject {
  /** Lets a request wait; `granted` is told how to give back. */
  enter(weight: number, granted: (leave: () => void) => void): void;
  /** Resolves when everything that can be granted has been. */
  settled(): Promise<void>;
}

const cases: fc.Arbitrary<Case> = fc.integer({ min: 1, max: MOST_UNITS }).chain((capacity) =>
  fc.record({
    capacity: fc.constant(capacity),
    weights: fc.array(fc.integer({ min: 1, max: capacity }), { minLength: 1, maxLength: MOST_REQUESTS }),
    leavers: fc.array(fc.nat(MOST_UNITS), { minLength: MOST_REQUESTS, maxLength: MOST_REQUESTS }),
  }),
);

/** Groups of requests that were granted between two departures, as one line each. */
async function grantsOf(subject: Subject, { weights, leavers }: Case): Promise<string[]> {
  const log: string[] = [];
  const inside: (() => void)[] = [];
  let entered: number[] = [];
  for (const [index, weight] of weights.entries())
    subject.enter(weight, (leave) => {
      entered.push(index);
      inside.push(leave);
    });
  for (const leaver of leavers) {
    await subject.settled();
    log.push(entered.join(" "));
    entered = [];
    inside.splice(leaver % Math.max(1, inside.length), 1)[0]?.();
  }
  for (let leave = inside.pop(); leave !== undefined; leave = inside.pop()) leave();
  await subject.settled();
  return log;
}

function ours(capacity: number): Subject {
  const set = new LimitSet([new ResourceLimit({ key: "units", capacity })]);
  return {
    enter: (units, granted) => void set.acquire({ units }).then((lease) => granted(() => lease.release())),
    // A release grants in its own turn, and whoever waits hears of it in the microtasks behind.
    settled: () => new Promise((resolve) => setImmediate(resolve)),
  };
}

function theirs(capacity: number): Subject {
  const limiter = new Bottleneck({ maxConcurrent: capacity });
  return {
    enter: (weight, granted) =>
      void limiter.schedule({ weight }, () => new Promise<void>((resolve) => granted(resolve))),
    settled: () => quiet(limiter),
  };
}

/** Resolves when nothing of a limiter is on its way and its first job, if there is one, can't be started. */
async function quiet(limiter: Bottleneck): Promise<void> {
  for (;;) {
    const before = await snapshot(limiter);
    const { RECEIVED, RUNNING } = limiter.counts();
    if (RECEIVED === 0 && RUNNING === 0) {
      let isSame = true;
      for (let look = 0; look < QUIET_LOOKS; look += 1) isSame &&= (await snapshot(limiter)) === before;
      if (isSame) return;
    }
  }
}
// One grant takes three turns of the event loop with timers, one departure two.
const QUIET_LOOKS = 8;

async function snapshot(limiter: Bottleneck): Promise<string> {
  return JSON.stringify([await limiter.running(), await limiter.done(), limiter.counts()]);
}

test("weights are granted in the order in which Bottleneck grants them", async () => {
  const samples = fc.sample(cases, { numRuns: CASES, seed: SEED });
  const both = await Promise.all(
    samples.map(async (sample) => ({
      sample,
      ours: await grantsOf(ours(sample.capacity), sample),
      theirs: await grantsOf(theirs(sample.capacity), sample),
    })),
  );
  for (const { sample, ours, theirs } of both)
    expect({ sample, grants: ours }).toEqual({ sample, grants: theirs });

  // The samples are worth something: many requests had to wait, and some groups were of several.
  const groups = both.flatMap(({ ours }) => ours.slice(1)).filter((group) => group !== "");
  expect(groups.length).toBeGreaterThan(CASES);
  expect(groups.filter((group) => group.includes(" ")).length).toBeGreaterThan(CASES / 4);
});
