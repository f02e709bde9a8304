import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Installation, install } from "./install.ts";
import { type HostedMode, MODES } from "./rows.ts";
import { type ProgramRun, runProgram } from "./run-program.ts";

let withTsx: Installation;
let withoutTsx: Installation;
beforeAll(async () => {
  [withTsx, withoutTsx] = await Promise.all([
    install("vitest", ["vitest", "tsx"]),
    install("vitest", ["vitest"]),
  ]);
});
afterAll(() => Promise.all([withTsx.remove(), withoutTsx.remove()]));

const runners = ["forks", "threads"];
const cases = runners.flatMap((runner) => MODES.map((mode): [string, HostedMode] => [runner, mode]));

function runVitest(
  { folder }: Installation,
  file: string,
  runner: string,
  environment: Readonly<Record<string, string>>,
): Promise<ProgramRun> {
  const given = ["node_modules/vitest/vitest.mjs", "run", file, `--pool=${runner}`, "--maxWorkers=1"];
  return runProgram(folder, given, { environment });
}

describe("inside vitest", () => {
  test.each(cases)(
    "a class of a fixture module is found through tsx, in %s, in a %s",
    async (runner, mode) => {
      const run = await runVitest(withTsx, "fixture-class.test.ts", runner, { POOL_MODE: mode });
      expect({ code: run.code, output: run.output }).toEqual({
        code: 0,
        output: expect.stringContaining("1 passed"),
      });
      expect(run.hosts).toMatchObject([{ mode, via: "export", loader: "tsx", respawns: "0" }]);
      expect(run.leftBehind).toEqual([]);
    },
  );

  test.each(cases)(
    "a class of the test file works or says what to do, in %s, in a %s",
    async (runner, mode) => {
      const run = await runVitest(withTsx, "own-class.test.ts", runner, { POOL_MODE: mode });
      expect({ code: run.code, output: run.output }).toEqual({
        code: 0,
        output: expect.stringContaining("1 passed"),
      });
      expect(run.leftBehind).toEqual([]);
    },
  );

  test.each(MODES)("without tsx the error names it, in a %s", async (mode) => {
    const expected =
      `noLoader: ${withoutTsx.folder}/workers/shifter.ts needs a TypeScript loader in the worker ` +
      '(Node 20, or enum/parameter properties/path aliases). Install "tsx".';
    const run = await runVitest(withoutTsx, "fixture-class.test.ts", "forks", {
      POOL_MODE: mode,
      EXPECTED: expected,
    });
    expect({ code: run.code, output: run.output }).toEqual({
      code: 0,
      output: expect.stringContaining("1 passed"),
    });
    expect(run.leftBehind).toEqual([]);
  });
});
