import Bottleneck from "bottleneck";
import { LimitError, LimitSet } from "concurry";
import { type BottleneckLimitOptions, bottleneckLimit } from "concurry/bottleneck";
import { describe, expect, test } from "vitest";
import { errorOf, until } from "../pool/support.ts";
import { gatedCall, noSignal } from "./support.ts";

const TIME_LIMIT_MS = 50;

/** How many units are inside a limiter, once all that has ended is counted. */
const running = (limiter: Bottleneck): Promise<number> => limiter.running();
const isIdle = async (limiter: Bottleneck): Promise<boolean> =>
  (await running(limiter)) === 0 && limiter.empty();

test("a call holds its weight in the limiter from entering to leaving", async () => {
  const limiter = new Bottleneck({ maxConcurrent: 5 });
  const gate = bottleneckLimit(limiter, { weight: 3 });

  const pass = await gate.enter(gatedCall(), noSignal());
  expect(await running(limiter)).toBe(3);
  expect(gate.stats?.()).toMatchObject({ inUse: 3, waiting: 0, granted: 1 });
  pass.leave();
  pass.leave();

  await until(() => isIdle(limiter));
  expect(gate.stats?.()).toMatchObject({ inUse: 0, waiting: 0, granted: 1, waitMs: { count: 1 } });
});

test("calls enter in order, and a heavy one is not overtaken by a light one", async () => {
  const limiter = new Bottleneck({ maxConcurrent: 3 });
  const gate = bottleneckLimit(limiter, { weight: ({ callId }) => callId % 10 });
  const entered: number[] = [];
  const enter = async (callId: number): Promise<() => void> => {
    const pass = await gate.enter(gatedCall({ callId }), noSignal());
    entered.push(callId);
    return () => pass.leave();
  };

  const leaveFirst = await enter(12);
  const others = [23, 31, 41].map(enter);
  await until(() => limiter.counts().QUEUED === 3);
  expect(entered).toEqual([12]);

  leaveFirst();
  (await others[0])?.();
  for (const leave of await Promise.all(others)) leave();
  expect(entered).toEqual([12, 23, 31, 41]);
  await until(() => isIdle(limiter));
});

test("id picks the limiter of a group", async () => {
  const group = new Bottleneck.Group({ maxConcurrent: 1 });
  const gate = bottleneckLimit(group, { id: ({ method }) => method });

  const inA = await gate.enter(gatedCall({ method: "a" }), noSignal());
  const inB = await gate.enter(gatedCall({ method: "b" }), noSignal());
  const second = gate.enter(gatedCall({ method: "a" }), noSignal());
  await until(() => group.key("a").counts().QUEUED === 1);
  expect(group.keys()).toEqual(["a", "b"]);

  inA.leave();
  (await second).leave();
  inB.leave();
  await until(async () => (await isIdle(group.key("a"))) && (await isIdle(group.key("b"))));
});

describe("a call that goes while it waits", () => {
  test("rejects with the signal's reason at once, and takes nothing when its turn comes", async () => {
    const limiter = new Bottleneck({ maxConcurrent: 1 });
    const gate = bottleneckLimit(limiter);
    const first = await gate.enter(gatedCall(), noSignal());
    const aborter = new AbortController();
    const abandoned = errorOf(gate.enter(gatedCall(), aborter.signal));
    const last = gate.enter(gatedCall(), noSignal());
    await until(() => limiter.counts().QUEUED === 2);

    const reason = new Error("not needed any more");
    aborter.abort(reason);
    expect(await abandoned).toBe(reason);
    expect(gate.stats?.()).toMatchObject({ waiting: 1, inUse: 1, granted: 1, cancelled: 1 });

    first.leave();
    (await last).leave();
    await until(() => isIdle(limiter));
    expect(gate.stats?.()).toMatchObject({ waiting: 0, inUse: 0, granted: 2 });
  });

  test("whose signal has aborted before is not queued at all", async () => {
    const limiter = new Bottleneck({ maxConcurrent: 1 });
    const reason = new Error("too late");
    expect(await errorOf(bottleneckLimit(limiter).enter(gatedCall(), AbortSignal.abort(reason)))).toBe(
      reason,
    );
    expect(limiter.counts().RECEIVED).toBe(0);
    expect(limiter.empty()).toBe(true);
  });

  test("fails with LIMIT_TIMEOUT when its time is over", async () => {
    const limiter = new Bottleneck({ reservoir: 0 });
    const gate = bottleneckLimit(limiter, { key: "upstream", weight: 2, timeoutMs: TIME_LIMIT_MS });
    const error = await errorOf(gate.enter(gatedCall(), noSignal()));

    expect(error).toBeInstanceOf(LimitError);
    expect(error).toMatchObject({
      code: "LIMIT_TIMEOUT",
      key: "upstream",
      message: `Not granted within ${TIME_LIMIT_MS} ms: 'upstream' (2)`,
      details: { timeoutMs: TIME_LIMIT_MS, amounts: { upstream: 2 } },
    });
    expect(gate.stats?.()).toMatchObject({ waiting: 0, timedOut: 1, granted: 0 });
    await limiter.stop();
  });
});

describe("weights that would harm Bottleneck", () => {
  test.each([Number.NaN, -1, Number.POSITIVE_INFINITY, "2"])(
    "%s is refused before it sees them",
    async (weight) => {
      const limiter = new Bottleneck({ maxConcurrent: 2, reservoir: 10 });
      const gate = bottleneckLimit(limiter, { weight: () => weight as number });

      const error = await errorOf(gate.enter(gatedCall(), noSignal()));
      expect(error).toBeInstanceOf(LimitError);
      expect(error).toMatchObject({ code: "LIMIT_BAD_AMOUNT", key: "bottleneck", details: { weight } });
      expect(limiter.empty()).toBe(true);
      expect(await limiter.currentReservoir()).toBe(10);
    },
  );

  test.each([Number.NaN, -1, Number.POSITIVE_INFINITY])(
    "%s is refused as the weight of all calls",
    (weight) => {
      const make = () => bottleneckLimit(new Bottleneck(), { weight });
      expect(make).toThrow(RangeError);
      expect(make).toThrow(`weight must be a number of at least 0, got ${weight}`);
    },
  );

  test("a fraction is fine for a local limiter and refused for one in Redis", async () => {
    const local = new Bottleneck({ maxConcurrent: 1 });
    (await bottleneckLimit(local, { weight: 0.5 }).enter(gatedCall(), noSignal())).leave();
    await until(() => isIdle(local));

    // What counts is what the limiter says of itself: no server is asked before the weight is known to be good.
    const remote = Object.assign(new Bottleneck(), { datastore: "ioredis" });
    expect(() => bottleneckLimit(remote, { weight: 0.5 })).toThrow(
      "weight must be an integer of at least 0, got 0.5",
    );
    const gate = bottleneckLimit(remote, { weight: () => 0.5 });
    expect(await errorOf(gate.enter(gatedCall(), noSignal()))).toMatchObject({ code: "LIMIT_BAD_AMOUNT" });
    expect(remote.empty()).toBe(true);
  });
});

test("what the limiter drops fails with its own error", async () => {
  const limiter = new Bottleneck({ maxConcurrent: 2 });
  const tooHeavy = await errorOf(bottleneckLimit(limiter, { weight: 3 }).enter(gatedCall(), noSignal()));
  expect(tooHeavy).toBeInstanceOf(Bottleneck.BottleneckError);
  expect(tooHeavy.message).toContain("weight of 3");

  await limiter.stop();
  const gate = bottleneckLimit(limiter);
  expect(await errorOf(gate.enter(gatedCall(), noSignal()))).toBeInstanceOf(Bottleneck.BottleneckError);
  expect(gate.stats?.()).toMatchObject({ waiting: 0, granted: 0 });
});

describe("wrong arguments", () => {
  const limiter = new Bottleneck();
  const group = new Bottleneck.Group();
  test.each([
    [undefined, {}, TypeError, 'npm install "bottleneck@^2.19.5"'],
    [{}, {}, TypeError, "limiter must be a Bottleneck or Bottleneck.Group of version 2"],
    [group, {}, TypeError, "id must tell which limiter"],
    [limiter, { id: () => "a" }, TypeError, "id picks the limiter of a Bottleneck.Group"],
    [limiter, { wieght: 1 }, TypeError, 'did you mean "weight"?'],
    [limiter, { weight: "1" }, TypeError, "weight must be a number or a function"],
    [limiter, { key: "" }, RangeError, "key must be a string that is not empty"],
    [limiter, { timeoutMs: 0 }, RangeError, "timeoutMs must be milliseconds from 1"],
  ])("%#: are refused with what is wrong", (given, options, kind, message) => {
    const make = () => bottleneckLimit(given as Bottleneck, options as BottleneckLimitOptions);
    expect(make).toThrow(kind);
    expect(make).toThrow(message);
    expect(make).toThrow(expect.objectContaining({ code: "LIMIT_CONFIG" }));
  });
});

test("two gates of one set need different keys", () => {
  const gates = (key: string) => [
    bottleneckLimit(new Bottleneck()),
    bottleneckLimit(new Bottleneck(), { key }),
  ];
  expect(() => new LimitSet(gates("bottleneck"))).toThrow("limits[1].key must be different from the others");
  new LimitSet(gates("second")).close();
});
