import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { MODES } from "../pool/support.ts";

const PROGRAM = fileURLToPath(new URL("./programs/forgotten.mjs", import.meta.url));
// Far above any real run: only a lease that never comes back reaches it.
const HANG_MS = 20_000;

test.each(MODES)("a resource that is never released comes back as garbage, with one warning (%s)", (mode) => {
  const { stdout, stderr } = spawnSync(process.execPath, ["--expose-gc", PROGRAM, mode], {
    encoding: "utf8",
    timeout: HANG_MS,
  });
  const { warnings, ...counts } = JSON.parse(stdout);
  expect(counts).toMatchObject({ inUse: 0, leaked: 3 });
  // A process writes its own warning; a thread's comes out in both places.
  const told = `${warnings.flat().join("\n")}\n${stderr}`;
  expect(told).toContain("UnreleasedLeaseWarning");
  expect(told).toContain("Leaky.forget()");
  const lines = stderr.split("\n").filter((line) => line.includes("UnreleasedLeaseWarning"));
  expect(lines.length).toBe(1);
});
