import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { SourceFile } from "./source-file.ts";

const SOURCE = /\.[cm]?[jt]s$/;
const SKIPPED_FOLDERS: ReadonlySet<string> = new Set([".git"]);

/**
 * Finds all source and declaration files (`.js .cjs .mjs .ts .cts .mts .d.ts`) below a folder, in no certain order.
 *
 * Links are not followed: a store of packages holds each file once and links to it from many places.
 */
export async function findFiles(root: string): Promise<SourceFile[]> {
  const found: SourceFile[] = [];
  await walk(root, "", found);
  return found;
}

async function walk(root: string, folder: string, found: SourceFile[]): Promise<void> {
  const entries = await readdir(join(root, folder), { withFileTypes: true });
  const inside: Promise<void>[] = [];
  for (const entry of entries) {
    const name = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory() && !SKIPPED_FOLDERS.has(entry.name)) inside.push(walk(root, name, found));
    else if (entry.isFile() && SOURCE.test(entry.name)) inside.push(measure(root, name, found));
  }
  await Promise.all(inside);
}

async function measure(root: string, name: string, found: SourceFile[]): Promise<void> {
  const { size } = await stat(join(root, name));
  found.push({ name, bytes: size });
}
