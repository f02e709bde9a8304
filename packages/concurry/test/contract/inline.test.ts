import { describe, expect, test } from "vitest";
import { InlineConnection } from "../../src/engine/inline/connection.ts";
import { asyncEngine, syncEngine } from "../../src/engine/inline/engine.ts";
import type { Frame, WorkerExit } from "../../src/protocol/connection.ts";

function frame(body: unknown): Frame {
  return { lane: "call", body, form: "value" };
}

// What the other engines promise of their connections, as far as it has a meaning inside one realm.
describe.each([true, false])("an inline connection (immediate: %s)", (isImmediate) => {
  test("keeps the order of frames, both ways, and hands them over by reference", () => {
    const connection = new InlineConnection(isImmediate);
    const [toHost, toPool]: [unknown[], unknown[]] = [[], []];
    connection.host.onFrame(({ body }) => toHost.push(body));
    connection.onFrame(({ body }) => toPool.push(body));
    const value = { a: 1 };
    for (const body of [value, 2, 3]) expect(connection.post(frame(body))).toBe(true);
    for (const body of [4, value]) connection.host.post(frame(body));
    expect(toHost).toEqual([value, 2, 3]);
    expect(toHost[0]).toBe(value);
    expect(toPool).toEqual([4, value]);
    expect(toPool[1]).toBe(value);
  });

  test("keeps frames that come before anybody listens", async () => {
    const connection = new InlineConnection(isImmediate);
    const heard: unknown[] = [];
    for (const body of [1, 2]) connection.post(frame(body));
    await new Promise<void>((resolve) => {
      connection.host.onFrame(({ body }) => {
        heard.push(body);
        if (heard.length === 2) resolve();
      });
    });
    expect(heard).toEqual([1, 2]);
  });

  test("ends once, however often it is killed, and carries nothing from then on", () => {
    const connection = new InlineConnection(isImmediate);
    const [exits, frames]: [WorkerExit[], unknown[]] = [[], []];
    connection.onExit((exit) => exits.push(exit));
    connection.onFrame(({ body }) => frames.push(body));
    connection.kill();
    connection.kill();
    connection.host.post(frame("too late"));
    expect(exits).toEqual([{ code: 0, signal: null }]);
    expect(frames).toEqual([]);
  });
});

test.each([syncEngine, asyncEngine])("the $name engine says what it is", ({ name, wire }) => {
  expect(["sync", "async"]).toContain(name);
  expect(wire).toBe("reference");
});
