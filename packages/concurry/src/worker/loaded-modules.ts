import { createRequire } from "node:module";
import { bareUrl, displayPath } from "../util/call-site.ts";
import { isObject } from "../util/is-object.ts";
import { importModule } from "../util/loader.ts";

/** The exports of ES modules, by URL. */
const namespaces = new Map<string, object>();
const lookups = new Map<string, Promise<void>>();

/** What a module exports that this program has loaded; undefined while that isn't known. Never evaluates the module. */
export function loadedExports(url: string): object | undefined {
  return namespaces.get(url) ?? commonJs(url)?.exports;
}

/**
 * Gets hold of what an ES module exports that this program has loaded, which takes a moment; one that waits in a
 * top-level await is known when that is over. Undefined where there is nothing to wait for. Never rejects.
 */
export function seekExports(url: string): Promise<void> | undefined {
  if (namespaces.has(url) || !isLoadedEsModule(url)) return undefined;
  const known = lookups.get(url) ?? remember(url);
  lookups.set(url, known);
  return known;
}

/** A CommonJS module that is being loaded, or was; in the first case not all of its exports may be there. */
export function commonJs(url: string): { readonly exports: object; readonly loaded: boolean } | undefined {
  const loaded = createRequire(url).cache[displayPath(bareUrl(url))];
  return isObject(loaded?.exports) ? loaded : undefined;
}

async function remember(url: string): Promise<void> {
  try {
    // Evaluated already, so this only looks it up.
    namespaces.set(url, (await importModule(url)) as object);
  } catch {
    // Then nothing is known of it.
  }
}

/** False where a test runner has evaluated the module by means of its own: an import would evaluate it again. */
function isLoadedEsModule(url: string): boolean {
  // Not the environment: a program that a test starts inherits that.
  const isInTest = "__vitest_worker__" in globalThis || Symbol.for("$$jest-matchers-object") in globalThis;
  return !isInTest && !/\.c[jt]s$/.test(bareUrl(url)) && commonJs(url) === undefined;
}
