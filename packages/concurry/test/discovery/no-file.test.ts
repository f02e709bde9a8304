import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Installation, install } from "./install.ts";
import { checkRun, MODES } from "./rows.ts";
import { type ProgramRun, runProgram } from "./run-program.ts";

let installed: Installation;
beforeAll(async () => {
  installed = await install("eval");
});
afterAll(() => installed.remove());

const refused = (origin: string): string =>
  `WORKER_NOT_FOUND unknownModule Cannot tell which file defines "Typed" (defined in ${origin}). ` +
  'Move it to a file or add "static module = import.meta.url" (CommonJS: __filename).';

async function typed(file: string, mode: string): Promise<string> {
  return (await readFile(join(installed.folder, file), "utf8")).replace("MODE", mode);
}

type Start = (mode: string) => Promise<ProgramRun>;
const starts: readonly [string, string, Start][] = [
  ["node -e", "[eval]", async (mode) => runProgram(installed.folder, ["-e", await typed("class.txt", mode)])],
  [
    "node --input-type=module -e",
    "[eval1]",
    async (mode) =>
      runProgram(installed.folder, ["--input-type=module", "-e", await typed("class-esm.txt", mode)]),
  ],
  [
    "a program on stdin",
    "[stdin]",
    async (mode) => runProgram(installed.folder, ["-"], { input: await typed("class.txt", mode) }),
  ],
];

for (const mode of MODES) {
  test.each(starts)(
    `a class typed into %s is refused before any spawn, in a ${mode}`,
    async (_how, origin, start) => {
      checkRun(await start(mode), { via: [], output: refused(origin) }, mode, installed.folder);
    },
  );

  test(`a class typed into the REPL is refused before any spawn, in a ${mode}`, async () => {
    const input = (await typed("class.txt", mode)).replace(
      "pool.stop()",
      "pool.stop().then(() => process.exit())",
    );
    const run = await runProgram(installed.folder, ["-i"], { input, isInputOpen: true });
    expect(run.output).toMatch(/Cannot tell which file defines "Typed" \(defined in REPL\d+\)\./);
    expect(run.hosts).toEqual([]);
    expect(run.leftBehind).toEqual([]);
  });
}
