import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { LimitSet } from "../../src/limits/limit-set.ts";
import { RateLimit } from "../../src/limits/rate-limit.ts";
import { ResourceLimit } from "../../src/limits/resource-limit.ts";
import { settle } from "./fake-clock.ts";

// Collecting takes a turn or two; far above that, so that only a leak reaches it.
const TURNS = 500;

const warnings: Error[] = [];
const onWarning = (warning: Error): void => void warnings.push(warning);
let collect: () => void;

beforeAll(() => {
  setFlagsFromString("--expose-gc");
  collect = runInNewContext("gc") as () => void;
  process.on("warning", onWarning);
});

afterAll(() => {
  process.off("warning", onWarning);
});

async function collectUntil(isDone: () => boolean | Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < TURNS && !(await isDone()); turn++) {
    await settle();
    collect();
  }
}

test("a resource that was never released comes back with its lease, and is warned about once", async () => {
  const set = new LimitSet(
    [
      new ResourceLimit({ key: "connections", capacity: 3 }),
      new RateLimit({ key: "tokens", windowSeconds: 60, capacity: 10 }),
    ],
    { name: "uploads" },
  );
  const kept = await set.acquire({ connections: 1 });
  await (async () => {
    await set.acquire({ connections: 1, tokens: 3 });
    await set.acquire({ connections: 1, tokens: 3 });
  })();
  const waiting = set.acquire({ connections: 2 });
  await collectUntil(async () => (await set.stats()).connections?.waiting === 0);
  (await waiting).release();
  await collectUntil(() => warnings.length > 0);

  expect((await set.stats()).connections).toMatchObject({ leaked: 2, inUse: 1 });
  expect((await set.stats()).tokens).toMatchObject({ leaked: 0, available: 4 });
  expect(warnings.map(({ name }) => name)).toEqual(["UnreleasedLeaseWarning"]);
  expect(warnings[0]?.message).toContain("plain code, of the limits 'uploads'");
  kept.release();
});
