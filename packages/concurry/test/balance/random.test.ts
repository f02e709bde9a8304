import fc from "fast-check";
import { expect, test } from "vitest";
import { resolveBalancer } from "../../src/balance/names.ts";
import { RandomChoice } from "../../src/balance/random.ts";
import { CALL, readyWith, workersIn } from "./loads.ts";

/** Numbers in [0, 1) that are the same for the same seed. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

test("the same source gives the same choices, another one others", () => {
  const workers = readyWith(0, 0, 0, 0);
  const choices = (seed: number): number[] => {
    const balancer = resolveBalancer("random", seeded(seed));
    return Array.from({ length: 50 }, () => balancer.select(workers, CALL));
  };
  expect(choices(1)).toEqual(choices(1));
  expect(choices(1)).not.toEqual(choices(2));
});

test("each live worker gets its share, also beside a dead one", () => {
  const workers = workersIn("ready", "dead", "starting", "restarting", "ready");
  const balancer = new RandomChoice(seeded(7));
  const counts = [0, 0, 0, 0, 0];
  for (let call = 0; call < 9000; call += 1) {
    const index = balancer.select(workers);
    counts[index] = (counts[index] ?? 0) + 1;
  }
  expect([counts[1], counts[3]]).toEqual([0, 0]);
  for (const index of [0, 2, 4]) {
    expect(counts[index]).toBeGreaterThan(2800);
    expect(counts[index]).toBeLessThan(3200);
  }
});

test("whatever the source gives, a live worker is chosen while there is one", () => {
  const states = fc.array(fc.constantFrom("ready", "starting", "draining", "restarting", "asleep", "dead"), {
    maxLength: 10,
  });
  const unit = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(states, fc.infiniteStream(unit), (chosenStates, numbers) => {
      const workers = workersIn(...chosenStates);
      const index = new RandomChoice(() => numbers.next().value as number).select(workers);
      const hasLive = chosenStates.some((state) => state === "ready" || state === "starting");
      if (hasLive) expect(["ready", "starting"]).toContain(chosenStates[index]);
      else if (chosenStates.some((state) => state !== "dead")) expect(chosenStates[index]).not.toBe("dead");
      else expect(index).toBe(-1);
    }),
  );
});
