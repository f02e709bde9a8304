import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createThreadEngine } from "../../src/engine/thread/engine.ts";
import type { Connection } from "../../src/protocol/connection.ts";
import { type BuiltProgram, buildProgram, bundleProgram } from "./build-program.ts";
import { openLane } from "./control.ts";
import { engineContract } from "./engine.ts";
import { runParent } from "./run-parent.ts";
import { Subject, spawnSpec } from "./subject.ts";

engineContract("thread", (hostEntry) => createThreadEngine({ hostEntry }), {
  isBounded: false,
  isProcess: false,
  hasStdio: true,
});

describe("a thread", () => {
  let host: BuiltProgram;
  beforeAll(async () => {
    host = await buildProgram(new URL("./echo-host.ts", import.meta.url), "thread");
  });
  afterAll(() => host.remove());

  function start(changes: Parameters<typeof spawnSpec>[0] = {}): Subject {
    const engine = createThreadEngine({ hostEntry: () => ({ kind: "file", url: host.url }) });
    return new Subject(engine.spawn(spawnSpec(changes), new AbortController().signal) as Connection);
  }

  async function end(subject: Subject): Promise<void> {
    subject.connection.kill(0);
    await subject.exited;
  }

  it("that runs out of memory says so at its end", async () => {
    const subject = start({ resourceLimits: { maxOldGenerationSizeMb: 16 } });
    subject.tell("fillHeap");
    const exit = await subject.exited;
    expect(exit).toMatchObject({ code: 1, error: { code: "ERR_WORKER_OUT_OF_MEMORY" } });
    expect(subject.exits).toHaveLength(1);
  });

  it("that dies of an uncaught error says which", async () => {
    const subject = start();
    subject.tell("throwLater", "out of reach");
    const { error } = await subject.exited;
    expect(error).toBeInstanceOf(RangeError);
    expect(error).toMatchObject({ message: "out of reach" });
  });

  it("shares the claim words with its pool", async () => {
    const subject = start();
    expect(await subject.ask("claim", 17, 4711)).toBe("claimed");
    expect(Atomics.load(subject.connection.info.claims as Int32Array, 17)).toBe(4711);
    await end(subject);
  });

  it("runs code where no host file is at hand", async () => {
    const code = 'require("node:worker_threads").workerData.callPort.postMessage(process.argv[1])';
    const engine = createThreadEngine({ hostEntry: () => ({ kind: "eval", code }) });
    const subject = new Subject(engine.spawn(spawnSpec(), new AbortController().signal) as Connection);
    expect(await subject.next()).toBe("[worker eval]");
    await end(subject);
  });

  it("answers on the control lane, in order, where a bundler took comlink in", async () => {
    const bundle = await bundleProgram(new URL("./echo-host.ts", import.meta.url));
    const engine = createThreadEngine({ hostEntry: () => ({ kind: "file", url: bundle.url }) });
    const subject = new Subject(engine.spawn(spawnSpec(), new AbortController().signal) as Connection);
    const lane = openLane(subject);
    const answers = ["1", "2", "3"].map((right) => lane.call("join", "answer ", right));
    expect(await Promise.all(answers)).toEqual(["answer 1", "answer 2", "answer 3"]);
    await end(subject);
    await bundle.remove();
  });

  it("that does nothing lets its program end", async () => {
    const run = await runParent("thread", "idle");
    await run.gone;
    expect(run.parent.exitCode).toBe(0);
  });
});
