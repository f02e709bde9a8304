import { expect, it } from "vitest";
import { ControlLane } from "../../src/control/control-lane.ts";
import type { EchoControls, TestControls } from "./echo-controls.ts";
import type { StartEcho } from "./engine.ts";
import type { Subject } from "./subject.ts";

/** What the control lane must do, over every engine. */
export function controlContract(start: StartEcho): void {
  it("lets the control lane overtake calls that wait, when the worker yields", async () => {
    const subject = await start();
    await subject.ask("echo", "up");
    const total = 2000;
    for (let count = 0; count < total; count++) subject.tell("takeTurns", count);
    subject.connection.post({ lane: "control", body: { ping: 1 }, form: "value" });
    expect(await subject.next("control")).toEqual({ pong: 1 });
    const before = subject.takeAll().length;
    expect(before).toBeLessThan(total);
    for (let count = before; count < total; count++) expect(await subject.next()).toBe(count);
  });

  it("calls methods of the worker, in their order", async () => {
    const lane = openLane(await start());
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, count) => lane.call("join", "a", `${count}`)),
    );
    expect(answers).toEqual(Array.from({ length: 20 }, (_, count) => `a${count}`));
  });

  it("rejects with the error of a method, and lives on", async () => {
    const lane = openLane(await start());
    await expect(lane.call("fail", "too far")).rejects.toMatchObject({
      name: "RangeError",
      message: "too far",
    });
    expect(await lane.call("join", "still ", "here")).toBe("still here");
  });

  it("lets the worker call methods of the pool", async () => {
    const lane = openLane(await start());
    expect(await lane.call("askBack", "ready?")).toBe("the pool says yes to ready?");
  });

  it("rejects every call that waits when it is closed, and every later one", async () => {
    const subject = await start();
    const lane = openLane(subject);
    const waiting = [lane.call("never"), lane.call("never")];
    const ended = subject.exited.then(() => lane.close(new Error("the worker is gone")));
    await lane.call("join", "", "");
    subject.connection.kill(0);
    await ended;
    for (const call of [...waiting, lane.call("join", "", "")]) await expect(call).rejects.toThrow("is gone");
  });

  it("rejects a call whose arguments can't be sent", async () => {
    const lane = openLane(await start());
    const cycle: Record<string, unknown> = { big: 1n };
    cycle.self = [cycle, () => {}];
    await expect(lane.call("join", cycle as never, "")).rejects.toMatchObject({ name: "DataCloneError" });
    expect(await lane.call("join", "still ", "here")).toBe("still here");
  });
}

/** The lane to an echo host, with this side's answers. */
export function openLane(subject: Subject): ControlLane<EchoControls> {
  const lane = new ControlLane<EchoControls>(subject.connection);
  const local: TestControls = { answer: async (question) => `yes to ${question}` };
  lane.serve(local);
  subject.connection.onFrame((frame) => lane.receive(frame.body));
  return lane;
}
