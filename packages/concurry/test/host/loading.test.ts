import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type BuiltProgram, buildProgram } from "../contract/build-program.ts";

const DEADLINE_MS = 20_000;

let program: BuiltProgram;
beforeAll(async () => {
  program = await buildProgram(new URL("./programs/loading-probes.ts", import.meta.url), "loading");
});
afterAll(() => program.remove());

test.each(["main", "thread"])(
  "all that descends from loading a module is start-up code, in a %s realm",
  async (realm) => {
    const moduleUrl = new URL("./programs/start-up.mjs", import.meta.url).href;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [fileURLToPath(program.url), moduleUrl, realm],
      { timeout: DEADLINE_MS },
    );
    const { "a host's own code": own, "a timer of the host": timer, ...startUp } = JSON.parse(stdout);
    expect({ own, timer }).toEqual({ own: false, timer: false });
    expect(startUp).toEqual(Object.fromEntries(Object.keys(startUp).map((kind) => [kind, true])));
  },
);
