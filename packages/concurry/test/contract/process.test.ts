import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createProcessEngine } from "../../src/engine/process/engine.ts";
import type { Connection } from "../../src/protocol/connection.ts";
import { type BuiltProgram, buildProgram } from "./build-program.ts";
import { engineContract } from "./engine.ts";
import { expectDeath, ORPHAN_LIMIT_MS } from "./expect-death.ts";
import { runParent } from "./run-parent.ts";
import { Subject, spawnSpec } from "./subject.ts";

engineContract("process", (hostEntry) => createProcessEngine({ hostEntry }), {
  isBounded: true,
  isProcess: true,
  hasStdio: true,
});

describe("a process", () => {
  let host: BuiltProgram;
  const subjects: Subject[] = [];
  beforeAll(async () => {
    host = await buildProgram(new URL("./echo-host.ts", import.meta.url), "process");
  });
  afterEach(async () => {
    for (const subject of subjects) subject.connection.kill(0);
    for (const subject of subjects) await subject.exited;
    for (const subject of subjects.splice(0)) expect(subject.exits).toHaveLength(1);
  });
  afterAll(() => host.remove());

  function start(changes: Parameters<typeof spawnSpec>[0] = {}, code?: string): Subject {
    const engine = createProcessEngine({
      hostEntry: () => (code === undefined ? { kind: "file", url: host.url } : { kind: "eval", code }),
    });
    const subject = new Subject(engine.spawn(spawnSpec(changes), new AbortController().signal) as Connection);
    subjects.push(subject);
    return subject;
  }

  function pidOf(subject: Subject): number {
    return subject.connection.info.pid as number;
  }

  it("that is killed is reported with its signal", async () => {
    const subject = start();
    await subject.ask("echo", "up");
    process.kill(pidOf(subject), "SIGKILL");
    expect(await subject.exited).toEqual({ code: null, signal: "SIGKILL" });
  });

  it("ignores SIGINT, and ends at SIGTERM", async () => {
    const subject = start();
    await subject.ask("echo", "up");
    process.kill(pidOf(subject), "SIGINT");
    expect(await subject.ask("echo", "still here")).toBe("still here");
    process.kill(pidOf(subject), "SIGTERM");
    expect(await subject.exited).toEqual({ code: null, signal: "SIGTERM" });
  });

  it("has the pool's name as its title", async () => {
    const subject = start({ name: "Counter", workerIndex: 3 });
    expect(await subject.ask("facts")).toMatchObject({ title: "Counter-3" });
  });

  it("that loses its link is ended", async () => {
    const subject = start();
    await subject.ask("echo", "up");
    subject.tell("closeLink");
    expect(await subject.exited).toEqual({ code: null, signal: "SIGKILL" });
  });

  it("hears when what it sent has left it", async () => {
    const subject = start();
    const bytes = 2 ** 23;
    expect(await subject.ask("flood", bytes)).toHaveLength(bytes);
    expect(await subject.next()).toEqual(["flushed", true]);
  });

  it("that loses its IPC channel ends by itself", async () => {
    const subject = start();
    await subject.ask("echo", "up");
    subject.tell("disconnect");
    expect(await subject.exited).toEqual({ code: 0, signal: null });
  });

  it("whose bytes make no sense is ended, with an error that says where to look", async () => {
    const subject = start();
    expect(await subject.ask("echo", "up")).toBe("up");
    subject.tell("writeGarbage");
    const exit = await subject.exited;
    expect(exit.signal).toBe("SIGKILL");
    expect(String(exit.error)).toMatch(/not a frame .* file descriptor 4/);
  });

  it("that leaves its link to another process has ended all the same", async () => {
    const subject = start();
    const heir = (await subject.ask("exitWithHeir")) as number;
    try {
      expect(await subject.exited).toEqual({ code: 0, signal: null });
    } finally {
      process.kill(heir, "SIGKILL");
    }
  });

  it("that can't be started is reported as the end of the worker", async () => {
    const subject = start({ env: { TOO_LARGE: "x".repeat(2 ** 22) } });
    const exit = await subject.exited;
    expect(exit).toMatchObject({ code: null, signal: null });
    expect(String(exit.error)).toMatch(/E2BIG/);
  });

  it("that Node refuses to start names the flags", async () => {
    const subject = start({ execArgv: ["--no-such-flag"], stdio: "ignore" });
    const exit = await subject.exited;
    expect(exit.code).toBe(9);
    expect(String(exit.error)).toContain("these flags: --no-such-flag");
  });

  it("runs code where no host file is at hand, with the program's arguments behind it", async () => {
    const code = `const text = JSON.stringify(process.argv.slice(1));
      const frame = Buffer.alloc(5 + text.length);
      frame.writeUInt32LE(text.length + 1);
      frame[4] = 1;
      frame.write(text, 5);
      require("node:fs").writeSync(4, frame);`;
    expect(await start({}, code).next()).toEqual(["[worker eval]", ...process.argv.slice(2)]);
  });

  it("that does nothing lets its program end, and ends with it", async () => {
    const run = await runParent("process", "idle");
    await run.gone;
    expect(run.parent.exitCode).toBe(0);
    await expectDeath(run.workerPid as number);
  });

  it("whose program is killed ends too, whatever it waits for", async () => {
    const run = await runParent("process", "wait");
    process.kill(run.workerPid as number, 0);
    const killedAt = performance.now();
    run.parent.kill("SIGKILL");
    // The worker has inherited the program's output: it closes when both are gone.
    await run.gone;
    await expectDeath(run.workerPid as number);
    expect(performance.now() - killedAt).toBeLessThan(ORPHAN_LIMIT_MS);
  });
});
