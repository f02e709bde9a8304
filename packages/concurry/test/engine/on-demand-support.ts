import { afterAll, beforeAll, onTestFinished } from "vitest";
import type { Engine, SpawnSpec } from "../../src/engine/engine.ts";
import { createOnDemandEngine } from "../../src/engine/on-demand/engine.ts";
import { type BuiltProgram, buildProgram } from "../contract/build-program.ts";
import { Subject, spawnSpec } from "../contract/subject.ts";

/** An engine under test; closed when its test is over. */
export interface OnDemand {
  readonly engine: Engine;
  start(changes?: Partial<SpawnSpec>, signal?: AbortSignal): Promise<Subject>;
}

/** Makes engines whose workers are echo hosts; for one test file. */
export function onDemandEngines(
  tag: string,
): (kind: "thread" | "process", maxWorkers: number, url?: URL) => OnDemand {
  let host: BuiltProgram;
  beforeAll(async () => {
    host = await buildProgram(new URL("../contract/echo-host.ts", import.meta.url), tag);
  });
  afterAll(() => host.remove());
  return (kind, maxWorkers, url = host.url) => {
    const engine = createOnDemandEngine(kind, {
      maxWorkers: () => maxWorkers,
      hostEntry: () => ({ kind: "file", url }),
    });
    onTestFinished(() => engine.close?.());
    const start: OnDemand["start"] = async (changes, signal = new AbortController().signal) =>
      new Subject(await engine.spawn(spawnSpec(changes), signal));
    return { engine, start };
  };
}

/** Asks the worker to end, and waits until it has. */
export async function end(subject: Subject, graceMs = 60_000): Promise<unknown> {
  subject.connection.kill(graceMs);
  return subject.exited;
}
