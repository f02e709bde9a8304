import { describe } from "vitest";
import { createOnDemandEngine } from "../../src/engine/on-demand/engine.ts";
import { engineContract } from "./engine.ts";

describe.each(["thread", "process"] as const)("on demand,", (kind) => {
  engineContract(kind, (hostEntry) => createOnDemandEngine(kind, { hostEntry, maxWorkers: () => 2 }), {
    isBounded: false,
    isProcess: kind === "process",
    hasStdio: false,
  });
});
