import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findFiles } from "../../src/files/find-files.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tour-find-"));
  await mkdir(join(folder, "deep/er"), { recursive: true });
  await mkdir(join(folder, ".git"));
  for (const name of ["a.js", "b.cjs", "c.mjs", "d.ts", "e.d.ts", "f.cts", "deep/er/g.mts"]) {
    await writeFile(join(folder, name), name);
  }
  for (const name of ["h.json", "README.md", "js", ".git/hook.js"]) await writeFile(join(folder, name), name);
  await symlink(join(folder, "deep"), join(folder, "again"));
  await symlink(join(folder, "a.js"), join(folder, "z.js"));
});

afterAll(() => rm(folder, { recursive: true }));

test("source and declaration files are found at any depth, links and other files are not", async () => {
  const found = await findFiles(folder);

  expect(found.map((file) => file.name).sort()).toEqual([
    "a.js",
    "b.cjs",
    "c.mjs",
    "d.ts",
    "deep/er/g.mts",
    "e.d.ts",
    "f.cts",
  ]);
  expect(found).toContainEqual({ name: "deep/er/g.mts", bytes: "deep/er/g.mts".length });
});
