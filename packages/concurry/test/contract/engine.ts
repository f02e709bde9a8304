import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Engine, SpawnSpec } from "../../src/engine/engine.ts";
import type { HostEntry } from "../../src/engine/host-file.ts";
import type { Connection } from "../../src/protocol/connection.ts";
import { type BuiltProgram, buildProgram } from "./build-program.ts";
import { controlContract } from "./control.ts";
import { deathContract } from "./death.ts";
import { Subject, spawnSpec } from "./subject.ts";

const MEBIBYTE = 2 ** 20;

/** What differs between engines. */
export interface EngineTraits {
  /** `post` says when the link is full. */
  readonly isBounded: boolean;
  /** Workers are processes of their own. */
  readonly isProcess: boolean;
  /** Standard streams can be chosen. */
  readonly hasStdio: boolean;
}

/** Starts an echo host for one test; all are ended after it. */
export type StartEcho = (changes?: Partial<SpawnSpec>) => Promise<Subject>;

/** What every engine must do. One suite, so that a pool need not know which it has. */
export function engineContract(
  name: string,
  makeEngine: (entry: () => HostEntry) => Engine,
  traits: EngineTraits,
): void {
  describe(`the ${name} engine`, () => {
    let host: BuiltProgram;
    const subjects: Subject[] = [];
    const pids = new Set<number>();
    const engine = makeEngine(() => ({ kind: "file", url: host.url }));

    const start: StartEcho = async (changes) => {
      const connection: Connection = await engine.spawn(spawnSpec(changes), new AbortController().signal);
      const subject = new Subject(connection);
      subjects.push(subject);
      if (connection.info.pid !== undefined) pids.add(connection.info.pid);
      return subject;
    };

    beforeAll(async () => {
      host = await buildProgram(new URL("./echo-host.ts", import.meta.url));
    });
    afterEach(async () => {
      for (const subject of subjects) subject.connection.kill(0);
      await Promise.all(subjects.map((subject) => subject.exited));
      await new Promise((resolve) => setTimeout(resolve, 0));
      for (const subject of subjects) {
        expect(subject.exits).toHaveLength(1);
        expect(subject.isLate).toBe(false);
      }
      subjects.length = 0;
    });
    afterAll(async () => {
      await host.remove();
      for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow("ESRCH");
    });

    startContract(engine, start, traits);
    frameContract(start, traits);
    controlContract(start);
    deathContract(start, traits);
  });
}

function startContract(engine: Engine, start: StartEcho, traits: EngineTraits): void {
  it("keeps frames that are posted before the worker is up", async () => {
    const subject = await start();
    for (let count = 0; count < 300; count++) subject.tell("echo", count);
    for (let count = 0; count < 300; count++) expect(await subject.next()).toBe(count);
  });

  it("starts nothing when the start is no longer wanted", async () => {
    const spawn = async (): Promise<Connection> =>
      engine.spawn(spawnSpec(), AbortSignal.abort(new Error("no")));
    await expect(spawn()).rejects.toThrow("no");
  });

  it("gives a worker the variables and flags it is told, over those of the program", async () => {
    const subject = await start({
      env: { ECHO_WORD: "hello", HOME: undefined },
      execArgv: ["--no-warnings"],
    });
    const facts = (await subject.ask("facts")) as { env: Record<string, string>; execArgv: string[] };
    expect(facts.env).toMatchObject({ ECHO_WORD: "hello", PATH: process.env.PATH });
    expect(facts.env).not.toHaveProperty("HOME");
    expect(facts.execArgv).toEqual(["--no-warnings"]);
  });

  it("shows a worker the program's arguments, but a file of its own", async () => {
    const subject = await start();
    const { argv } = (await subject.ask("facts")) as { argv: string[] };
    expect(argv.slice(2)).toEqual(process.argv.slice(2));
    expect(argv[1]).toContain("echo-host");
  });

  it("reports flags that Node refuses as the end of the worker", async () => {
    const subject = await start({ execArgv: ["--no-such-flag"] });
    const exit = await subject.exited;
    expect(String(exit.error)).toMatch(/no-such-flag/);
  });

  it("knows the worker's id and how values cross", async () => {
    const subject = await start();
    const { pid } = (await subject.ask("facts")) as { pid: number };
    expect(subject.connection.info.wire).toBe(engine.wire);
    expect(traits.isProcess ? subject.connection.info.pid : process.pid).toBe(pid);
    if (!traits.isProcess) expect(subject.connection.info.threadId).toBeGreaterThan(0);
  });

  it("refuses standard streams that nobody would read", async () => {
    await expect(start({ stdio: "pipe" })).rejects.toThrow('stdio must be "inherit"');
  });

  it.runIf(traits.hasStdio)("starts a worker whose output is ignored", async () => {
    const subject = await start({ stdio: ["ignore", "ignore", "ignore"] });
    expect(await subject.ask("echo", "quiet")).toBe("quiet");
  });
}

function frameContract(start: StartEcho, traits: EngineTraits): void {
  it("keeps the order of a lane, whatever the sizes and forms of its frames", async () => {
    const subject = await start();
    const sizes = [1, 70_000, 3, 17_000, 300_000, 0, 16_384, 65_531];
    for (const [index, size] of sizes.entries()) {
      subject.tell("echo", [index, "y".repeat(size)]);
      subject.tell("echoText", [index, "y".repeat(size)]);
      subject.connection.post({ lane: "call", body: [index, 0, new Uint8Array(size)], form: "value" });
    }
    for (const [index, size] of sizes.entries()) {
      expect(await subject.next()).toEqual([index, "y".repeat(size)]);
      expect(await subject.next()).toEqual([index, "y".repeat(size)]);
      const [id, , bytes] = (await subject.next()) as [number, number, Uint8Array];
      expect([id, bytes.length]).toEqual([index, size]);
    }
  });

  it("carries values of 8 MiB", async () => {
    const subject = await start();
    const bytes = new Uint8Array(8 * MEBIBYTE).map((_, index) => index % 251);
    const [id, code, same] = (await subject.exchange([7, 1, bytes])) as [number, number, Uint8Array];
    expect([id, code]).toEqual([7, 1]);
    expect(Buffer.compare(same, bytes)).toBe(0);
    const text = "é".repeat(4 * MEBIBYTE);
    expect((await subject.ask("echoText", text)) === text).toBe(true);
    const nested = (await subject.ask("echo", { bytes, list: [text] })) as {
      bytes: Uint8Array;
      list: string[];
    };
    expect(Buffer.compare(nested.bytes, bytes)).toBe(0);
    expect(nested.list[0] === text).toBe(true);
  });

  it("carries bytes with their type and place, as a clone would", async () => {
    const subject = await start();
    const whole = new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]).buffer;
    for (const value of [
      whole,
      new Int16Array(whole, 4, 3),
      new DataView(whole, 3, 5),
      new BigInt64Array(whole),
    ]) {
      const message = [3, 0, value];
      expect(await subject.exchange(message)).toEqual(structuredClone(message));
    }
  });

  it("does not see what the sender does to its bytes after they were posted", async () => {
    const subject = await start();
    const bytes = new Uint8Array(4 * MEBIBYTE).fill(1);
    subject.connection.post({ lane: "call", body: [1, 0, bytes], form: "value" });
    bytes.fill(2);
    const [, , same] = (await subject.next()) as [number, number, Uint8Array];
    expect(same.every((byte) => byte === 1)).toBe(true);
  });

  it("takes what is transferred away from its sender", async () => {
    const subject = await start();
    const { buffer } = new Uint8Array(MEBIBYTE).fill(5);
    subject.connection.post({ lane: "call", body: [1, 0, buffer], form: "value", transfer: [buffer] });
    expect(buffer.byteLength).toBe(0);
    const [, , same] = (await subject.next()) as [number, number, ArrayBuffer];
    expect(new Uint8Array(same).every((byte) => byte === 5)).toBe(true);
    expect(same.byteLength).toBe(MEBIBYTE);
  });

  it("throws for what can't be cloned, and lives on", async () => {
    const subject = await start();
    subject.tell("echo", "before");
    expect(() => subject.tell("echo", () => {})).toThrow(expect.objectContaining({ name: "DataCloneError" }));
    subject.tell("echo", "behind");
    expect([await subject.next(), await subject.next()]).toEqual(["before", "behind"]);
    expect(await subject.ask("poison")).toBe("DataCloneError");
    expect(await subject.ask("echo", "still here")).toBe("still here");
  });

  it("says when it is full and when it has room, and loses nothing meanwhile", async () => {
    const subject = await start();
    let drains = 0;
    const drained = new Promise<void>((resolve) => {
      subject.connection.onDrain(() => {
        drains += 1;
        resolve();
      });
    });
    let posted = 0;
    let hasRoom = true;
    while (hasRoom && posted < 64) hasRoom = subject.tell("echo", [posted++, "z".repeat(MEBIBYTE)]);
    expect(hasRoom).toBe(!traits.isBounded);
    if (traits.isBounded) await drained;
    for (let count = 0; count < posted; count++) {
      expect(((await subject.next()) as [number])[0]).toBe(count);
    }
    expect(drains).toBe(traits.isBounded ? 1 : 0);
  });
}
