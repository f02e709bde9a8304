import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";

const PROGRAM = fileURLToPath(new URL("./programs/failures.ts", import.meta.url));
const TSX = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;

interface Outcome {
  readonly exitCode: number | string | null | undefined;
  readonly warnings: readonly unknown[];
  readonly stderr: string;
}

/** Runs one case of the program to its end. */
function run(name: string): Promise<Outcome> {
  return new Promise((resolve) => {
    const args = ["--expose-gc", "--import", TSX, PROGRAM, name];
    execFile(process.execPath, args, (error, stdout, stderr) => {
      resolve({
        exitCode: error === null ? 0 : error.code,
        warnings: JSON.parse(stdout || "[]") as unknown[],
        stderr,
      });
    });
  });
}

const WARNING = {
  name: "UnobservedCallWarning",
  message: 'Call "embed" failed in worker 2 and nobody looked at its future: RangeError: too big',
  method: "embed",
  worker: 2,
  cause: "RangeError: too big",
};

describe("a failed future", () => {
  test("that nobody looks at doesn't end the process", async () => {
    expect(await run("nobodyLooks")).toEqual({ exitCode: 0, warnings: [], stderr: "" });
  });

  test("passes the duty to handle on to what is derived from it", async () => {
    const { exitCode, stderr } = await run("derived");
    expect(exitCode).toBe(1);
    expect(stderr).toContain("RangeError: there");
  });

  test("is one warning when it is collected and nobody has looked", async () => {
    const { exitCode, warnings, stderr } = await run("collected");
    expect({ exitCode, warnings }).toEqual({ exitCode: 0, warnings: [WARNING] });
    expect(stderr).toContain(`UnobservedCallWarning: ${WARNING.message}`);
  });

  test.each(["lookedAtBefore", "lookedAtAfter", "cancelled", "stoppedThenLookedAt"])(
    "is no warning when %s",
    async (name) => {
      expect(await run(name)).toEqual({ exitCode: 0, warnings: [], stderr: "" });
    },
  );

  test.each(["stopped", "stoppedThenCollected"])("is one warning, not two, when %s", async (name) => {
    expect((await run(name)).warnings).toEqual([WARNING]);
  });

  test("is a warning also when what was thrown can't be shown", async () => {
    const { warnings } = await run("strange");
    const message = `Call "embed" failed in worker 2 and nobody looked at its future: a value that can't be shown`;
    expect(warnings).toEqual([{ ...WARNING, message, cause: "a value that can't be shown" }]);
  });
});
