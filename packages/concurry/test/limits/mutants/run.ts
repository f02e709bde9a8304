import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ALGORITHM_MUTANTS } from "./algorithm-mutants.ts";
import { ARBITER_MUTANTS } from "./arbiter-mutants.ts";
import type { Mutant } from "./mutant.ts";
import { PAID_CALL_MUTANTS } from "./paid-call-mutants.ts";
import { SHARED_LOOK_MUTANTS } from "./shared-look-mutants.ts";

// The suite takes some ten seconds; a mutant that makes it hang is noticed, too.
const TIMEOUT_MS = 180_000;
// That of all other runs: a busy machine is no mutant.
const TEST_TIMEOUT = "--testTimeout=60000";

const packageFolder = fileURLToPath(new URL("../../..", import.meta.url));
const rootFolder = fileURLToPath(new URL("../../../../..", import.meta.url));

/** Applies each mutant to a copy of the source and runs the tests of limits: all must fail. */
function main(): void {
  const folder = mkdtempSync(join(tmpdir(), "mutants-"));
  try {
    for (const part of ["src", "test/limits"])
      cpSync(join(packageFolder, part), join(folder, part), { recursive: true });
    symlinkSync(join(rootFolder, "node_modules"), join(folder, "node_modules"));
    // What the package itself depends on is not in the root's folder.
    for (const part of ["src", "test"])
      symlinkSync(join(packageFolder, "node_modules"), join(folder, part, "node_modules"));
    writeFileSync(
      join(folder, "package.json"),
      '{ "name": "concurry", "type": "module", "exports": "./src/index.ts" }',
    );
    if (isKilled(folder)) throw new Error("The tests fail without any change");
    const wanted = process.argv[2] ?? "";
    const survivors = [...ALGORITHM_MUTANTS, ...ARBITER_MUTANTS, ...PAID_CALL_MUTANTS, ...SHARED_LOOK_MUTANTS]
      .filter(({ name }) => name.includes(wanted))
      .filter((mutant) => survives(folder, mutant));
    console.log(survivors.length === 0 ? "All were noticed." : `${survivors.length} were not noticed.`);
    process.exitCode = survivors.length === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function survives(folder: string, { name, edits }: Mutant): boolean {
  const files = edits.map(({ file }) => join(folder, "src/limits", file));
  const originals = files.map((file) => readFileSync(file, "utf8"));
  for (const [index, { find, replace }] of edits.entries()) {
    const text = originals[index] as string;
    if (text.split(find).length !== 2) throw new Error(`${name}: "${find}" is not there exactly once`);
    writeFileSync(
      files[index] as string,
      text.replace(find, () => replace),
    );
  }
  const survived = !isKilled(folder);
  for (const [index, file] of files.entries()) writeFileSync(file, originals[index] as string);
  console.log(`${survived ? "SURVIVED" : "noticed "}  ${name}`);
  return survived;
}

function isKilled(folder: string): boolean {
  const vitest = join(rootFolder, "node_modules/vitest/vitest.mjs");
  const { status } = spawnSync(
    process.execPath,
    [vitest, "run", "--bail=1", TEST_TIMEOUT, "--root", folder],
    {
      stdio: "ignore",
      timeout: TIMEOUT_MS,
    },
  );
  return status !== 0;
}

main();
