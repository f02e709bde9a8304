import { writeSync } from "node:fs";
import type { HostSpec } from "../protocol/frame.ts";
import { displayPath } from "../util/call-site.ts";

const STDERR = 2;

/** What `CONCURRY_DEBUG=load` tells of a host: what was needed to find its class. */
export interface LoadLog {
  readonly spec: HostSpec;
  via: string | undefined;
  loader: string;
  binder: number;
  heap: number;
  probe: number;
}

/** A log in which nothing has happened yet. */
export function newLoadLog(spec: HostSpec): LoadLog {
  return { spec, via: undefined, loader: "none", binder: 0, heap: 0, probe: 0 };
}

/** Whether the user asked to be told how classes are found. */
export function isLoadDebugged(): boolean {
  return (process.env.CONCURRY_DEBUG ?? "").split(",").includes("load");
}

/** Writes one line to stderr, at once: the host may end before a stream gets to it. */
export function printLoadLog({ spec, via, loader, binder, heap, probe }: LoadLog): void {
  if (!isLoadDebugged()) return;
  const { className, candidates, respawns, inspected } = spec.locator;
  const facts = {
    class: className === "" ? "(anonymous)" : className,
    mode: spec.mode,
    worker: spec.workerIndex,
    found: via === undefined ? "no" : "yes",
    via: via ?? "none",
    loader,
    inspector: inspected === true ? 1 : 0,
    binder,
    heap,
    probe,
    respawns: respawns ?? 0,
    file: displayPath(candidates[0]?.url ?? ""),
  };
  const line = Object.entries(facts).map(([key, value]) => `${key}=${value}`);
  writeSync(STDERR, `concurry:load ${line.join(" ")}\n`);
}
