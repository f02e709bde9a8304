import { beforeEach, expect, test } from "vitest";
import { askForCall } from "../../src/limits/ask.ts";
import { CallCharge } from "../../src/limits/call-charge.ts";
import { CallLimit } from "../../src/limits/call-limit.ts";
import type { Grant } from "../../src/limits/grant.ts";
import { homeOf, LimitSet } from "../../src/limits/limit-set.ts";
import { RateLimit } from "../../src/limits/rate-limit.ts";
import { ResourceLimit } from "../../src/limits/resource-limit.ts";
import { FakeClock } from "./fake-clock.ts";
import { coreOf, InCall } from "./in-call.ts";
import { keeping } from "./keeping.ts";

const LIMITS = [
  new CallLimit({ windowSeconds: 60, capacity: 2 }),
  new RateLimit({ key: "tokens", windowSeconds: 60, capacity: 1000 }),
  new ResourceLimit({ key: "connections", capacity: 1 }),
];

let clock: FakeClock;
let set: LimitSet;

beforeEach(() => {
  clock = new FakeClock();
  set = keeping(new LimitSet(LIMITS, { clock }));
});

test("a dead worker's resources come back, its rate charges stay, its waits end", async () => {
  const core = coreOf(set);
  const { limits } = new InCall(core, "callApi", "worker-1");
  await limits.acquire({ connections: 1, tokens: 100 });
  const own = limits.acquire({ connections: 1 });
  const refused = expect(own).rejects.toMatchObject({ code: "LIMIT_OWNER_LOST" });
  const other = new InCall(core, "callApi", "worker-2").limits.acquire({ connections: 1 });
  core.ownerGone("worker-1");
  core.ownerGone("worker-1");
  await refused;

  expect((await other).amounts).toEqual({ connections: 1 });
  const { tokens, connections, callCount } = await set.stats();
  expect([tokens?.available, callCount?.available]).toEqual([900, 0]);
  expect(connections).toMatchObject({ inUse: 1, waiting: 0, ownersLost: 1, leaked: 0 });
});

test("a restarted worker has nothing of the one before it", async () => {
  const core = coreOf(set);
  await new InCall(core, "callApi", "worker-1").limits.acquire({ connections: 1 });
  core.ownerGone("worker-1");
  const again = await new InCall(core, "callApi", "worker-1b").limits.tryAcquire({ connections: 1 });
  core.ownerGone("worker-1");

  expect(again?.released).toBe(false);
  expect((await set.stats()).connections?.inUse).toBe(1);
});

test("a grant that crosses the abort on its way is taken back in full", async () => {
  const core = coreOf(set);
  const grant = core.take({
    ...askForCall(new CallCharge(1, "callApi"), {
      owner: "worker-1",
      priority: 0,
      timeoutMs: undefined,
      signals: [],
    }),
    isCallCharge: false,
    amounts: { tokens: 1000, connections: 1 },
  }) as Grant;
  const waiting = set.acquire({ tokens: 500, callCount: 0 });
  core.takeBack(grant);
  core.takeBack(grant);
  await waiting;

  expect((await set.stats()).tokens?.available).toBe(500);
  expect((await set.stats()).connections?.inUse).toBe(0);
});

test("a call that waits for its charge is told when it has it, and can be called off", () => {
  const core = coreOf(set);
  const heard: unknown[] = [];
  const facts = { owner: "worker-1", priority: 0, timeoutMs: undefined, signals: [] };
  const queued = [1, 2, 3, 4].map((id) => {
    const call = new CallCharge(id, "callApi");
    const ask = askForCall(call, facts);
    if (core.take(ask) !== undefined) return heard.push([id, "at once"]);
    return core.wait(ask, {
      granted: (grant) => heard.push([id, grant === call.grant, grant.waitedMs]),
      refused: (reason) => heard.push([id, reason]),
    });
  });
  const third = queued[2];
  if (typeof third === "object")
    expect([third.cancel("not needed"), third.cancel("again")]).toEqual([true, false]);
  clock.moveTo(60_000_000);

  expect(heard).toEqual([
    [1, "at once"],
    [2, "at once"],
    [3, "not needed"],
    [4, true, 60_000],
  ]);
  expect(core.chargesCall("callApi")).toBe(true);
});

test("limits of each worker have counts of their own, kept when it is restarted", async () => {
  const mine = keeping(new LimitSet(LIMITS, { clock, scope: "worker" }));
  const home = homeOf(mine);
  await new InCall(home.ofWorker(0), "callApi", "a").limits.acquire({ connections: 1, tokens: 10 });
  await new InCall(home.ofWorker(1), "callApi", "b").limits.acquire({ connections: 1, tokens: 20 });
  home.ofWorker(0).ownerGone("a");
  const again = new InCall(home.ofWorker(0), "callApi", "a2");
  await again.limits.acquire({ tokens: 5 });

  expect(await mine.stats()).toMatchObject({
    callCount: { capacity: 4, charged: 3, available: 1 },
    tokens: { capacity: 2000, charged: 35, available: 1965 },
    connections: { capacity: 2, inUse: 1, ownersLost: 1, utilization: 0.5 },
  });
  await expect(mine.acquire({ tokens: 1 })).rejects.toMatchObject({ code: "LIMIT_CONFIG" });
  mine.close();
  await expect(again.limits.acquire({ tokens: 1 })).rejects.toMatchObject({ code: "LIMIT_CLOSED" });
  expect(() => new InCall(home.ofWorker(7))).toThrow("The limits were closed");
});
