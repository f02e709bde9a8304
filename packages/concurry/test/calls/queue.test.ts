import { describe, expect, test } from "vitest";
import { rendezvous } from "../../src/balance/rendezvous.ts";
import { CANCELLED, Call, type CallOwner, WAITING } from "../../src/pool/call.ts";
import { CallQueue } from "../../src/pool/call-queue.ts";
import { workersIn } from "../balance/loads.ts";

const nobody: CallOwner = { cancel: () => false };

let lastNumber = 0;

function callOf(priority = 0): Call {
  lastNumber += 1;
  const call = new Call(nobody, lastNumber, 0);
  call.priority = priority;
  return call;
}

function cancel(queue: CallQueue, call: Call): void {
  queue.forget(call);
  call.state = CANCELLED;
}

describe("calls that wait", () => {
  test("go by priority, and in order inside one", () => {
    const queue = new CallQueue();
    const calls = [0, 5, -5, 5, 1, 0, 1.5].map(callOf);
    for (const call of calls) queue.push(call);
    expect(queue.size).toBe(7);
    expect(queue.list().map(({ priority }) => priority)).toEqual([5, 5, 1.5, 1, 0, 0, -5]);
    const order = [1, 3, 6, 4, 0, 5, 2].map((index) => calls[index]);
    for (const call of order) {
      expect(queue.peek()).toBe(call);
      expect(queue.shift()).toBe(call);
    }
    expect([queue.size, queue.peek(), queue.shift()]).toEqual([0, undefined, undefined]);
  });

  test("that are cancelled are passed over, wherever they are", () => {
    const queue = new CallQueue();
    const calls = [0, 2, 0, 2, -1].map(callOf);
    for (const call of calls) queue.push(call);
    for (const index of [1, 0, 4]) cancel(queue, calls[index] as Call);
    expect(queue.size).toBe(2);
    expect(queue.list()).toEqual([calls[3], calls[2]]);
    expect(queue.takeAll()).toEqual([calls[3], calls[2]]);
    expect(queue.size).toBe(0);
  });

  test("know their queue until they leave it", () => {
    const queue = new CallQueue();
    const [first, second, third] = [callOf(), callOf(1), callOf()];
    for (const call of [first, second, third]) queue.push(call);
    expect(queue.shift()).toBe(second);
    cancel(queue, first);
    expect([first.queue, second.queue, third.queue]).toEqual([undefined, undefined, queue]);
    queue.takeAll();
    expect(third.queue).toBeUndefined();
  });

  test("keep their order when many are cancelled among many of many priorities", () => {
    const queue = new CallQueue();
    const calls = Array.from({ length: 2000 }, (_, index) => callOf(((index * 7919) % 11) - 5));
    const waiting: Call[] = [];
    for (const [index, call] of calls.entries()) {
      queue.push(call);
      waiting.push(call);
      if (index % 3 === 0) cancel(queue, waiting.splice((index * 31) % waiting.length, 1)[0] as Call);
      if (index % 7 === 6) {
        const next = waiting.reduce((best, other) => (other.priority > best.priority ? other : best));
        expect(queue.shift()).toBe(next);
        waiting.splice(waiting.indexOf(next), 1);
      }
      expect(queue.size).toBe(waiting.length);
    }
    const sorted = waiting.toSorted?.((a, b) => b.priority - a.priority) ?? [];
    expect(queue.takeAll()).toEqual(sorted);
    expect(waiting.every(({ state }) => state === WAITING)).toBe(true);
  });
});

describe("the worker of a key", () => {
  const KEYS = Array.from({ length: 4000 }, (_, index) => `key ${index}`);

  test("is always the same, also on another day", () => {
    const workers = workersIn("ready", "ready", "ready", "ready");
    expect(["a", "b", "c", "user 17", ""].map((key) => rendezvous(key, workers))).toEqual(
      ["a", "b", "c", "user 17", ""].map((key) =>
        rendezvous(key, workersIn("starting", "ready", "ready", "restarting")),
      ),
    );
  });

  test("is any of them, evenly", () => {
    const workers = workersIn("ready", "ready", "ready", "ready");
    const counts = [0, 0, 0, 0];
    for (const key of KEYS) (counts[rendezvous(key, workers)] as number) += 1;
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });

  test("stays, unless it is the one that died for good", () => {
    const all = workersIn("ready", "ready", "ready", "ready");
    const without = workersIn("ready", "dead", "ready", "ready");
    for (const key of KEYS) {
      const before = rendezvous(key, all);
      const after = rendezvous(key, without);
      if (before === 1) expect(after).not.toBe(1);
      else expect(after).toBe(before);
    }
  });

  test("is nobody when all are dead", () => {
    expect(rendezvous("a", workersIn("dead", "dead"))).toBe(-1);
  });
});
