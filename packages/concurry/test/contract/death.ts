import { expect, it } from "vitest";
import type { EngineTraits, StartEcho } from "./engine.ts";

/** How workers end, in every engine. */
export function deathContract(start: StartEcho, traits: EngineTraits): void {
  it("delivers every frame that was sent before the end, then the end", async () => {
    const subject = await start();
    // As many as a socket takes at once: what is still in a process' own memory dies with it.
    subject.tell("countAndExit", 100, 3);
    const exit = await subject.exited;
    expect(exit).toEqual({ code: 3, signal: null });
    expectCounted(subject.takeAll(), 100);
  });

  it("delivers large frames that the worker saw off before its end", async () => {
    const subject = await start();
    subject.tell("countFlushAndExit", 100, 100_000, 0);
    expect(await subject.exited).toEqual({ code: 0, signal: null });
    expectCounted(subject.takeAll(), 100);
  });

  it("reports an uncaught error as the end", async () => {
    const subject = await start(traits.hasStdio ? { stdio: ["inherit", "inherit", "ignore"] } : {});
    subject.tell("throwLater", "out of reach");
    const exit = await subject.exited;
    expect(exit.code).toBe(1);
    expect(exit.signal).toBe(null);
  });

  it("ends a worker at once when it has no time", async () => {
    const subject = await start();
    expect(await subject.ask("block")).toBe("blocking");
    subject.connection.kill(0);
    const { code, signal } = await subject.exited;
    expect([code, signal]).not.toEqual([0, null]);
  });

  it("lets a worker end by itself, and sends on what it still says", async () => {
    const subject = await start();
    subject.tell("count", 500);
    expect(await subject.next()).toEqual([0, ""]);
    subject.connection.kill(60_000);
    expect(await subject.exited).toEqual({ code: 0, signal: null });
    expectCounted(subject.takeAll(), 500, 1);
  });

  it("ends a worker that keeps handles and never finishes its stop", async () => {
    const subject = await start();
    expect(await subject.ask("holdOn")).toBe("holding on");
    subject.connection.kill(2 ** 40);
    expect(await subject.exited).toEqual({ code: 0, signal: null });
  });

  it("forces a worker that does not end in time", async () => {
    const subject = await start();
    expect(await subject.ask("block")).toBe("blocking");
    subject.connection.kill(20);
    const { code, signal } = await subject.exited;
    expect([code, signal]).not.toEqual([0, null]);
  });

  it("takes a shorter time when it is told twice, not a longer one", async () => {
    const subject = await start();
    expect(await subject.ask("block")).toBe("blocking");
    subject.connection.kill(Number.POSITIVE_INFINITY);
    subject.connection.kill(60_000);
    subject.connection.kill(20);
    subject.connection.kill(60_000);
    await subject.exited;
    subject.connection.kill(0);
  });

  it("takes frames for a worker that is gone", async () => {
    const subject = await start();
    subject.connection.kill(0);
    for (let count = 0; count < 50; count++) subject.tell("echo", "w".repeat(50_000));
    await subject.exited;
    expect(subject.tell("echo", 1)).toBe(true);
    subject.connection.post({ lane: "control", body: { ping: 1 }, form: "value" });
  });

  it("tells a listener that comes late how the worker ended", async () => {
    const subject = await start({ execArgv: ["--no-such-flag"] });
    const first = await subject.exited;
    const second = await new Promise((resolve) => subject.connection.onExit(resolve));
    expect(second).toEqual(first);
  });
}

function expectCounted(bodies: unknown[], total: number, from = 0): void {
  expect(bodies.map((body) => (body as [number])[0])).toEqual(
    Array.from({ length: total - from }, (_, count) => count + from),
  );
}
