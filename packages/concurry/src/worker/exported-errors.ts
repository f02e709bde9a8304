import { createRequire } from "node:module";
import type { ClassLocator } from "../protocol/frame.ts";
import { bareUrl, displayPath } from "../util/call-site.ts";
import { isObject } from "../util/is-object.ts";
import { importModule } from "../util/loader.ts";

const namespaces = new Map<string, object | undefined>();

/**
 * The namespace of the module of a worker class as this program has loaded it, from which an error class of a worker can
 * be known again. The module is never evaluated a second time for it.
 */
export class ExportedErrors {
  #url: string | undefined;

  /** Gets hold of the module's namespace, which takes a moment where it is an ES module. */
  watch({ candidates: [first] }: ClassLocator): void {
    if (first === undefined || this.#url !== undefined) return;
    this.#url = first.url;
    if (namespaces.has(first.url)) return;
    namespaces.set(first.url, loadedCommonJs(first.url));
    if (isLoadedEsModule(first.url)) void remember(first.url);
  }

  /** What the module exports under a name; undefined when that isn't known. */
  named(name: string): unknown {
    const namespace = this.#url === undefined ? undefined : namespaces.get(this.#url);
    if (namespace === undefined) return undefined;
    const whole: unknown = Reflect.get(namespace, "default");
    return Reflect.get(namespace, name) ?? (isObject(whole) ? Reflect.get(whole, name) : undefined);
  }
}

async function remember(url: string): Promise<void> {
  try {
    // Evaluated already, so this only looks it up. One that waits in a top-level await is known when that is over.
    namespaces.set(url, (await importModule(url)) as object);
  } catch {
    // Then its errors arrive as plain errors with their name.
  }
}

function loadedCommonJs(url: string): object | undefined {
  const loaded: unknown = createRequire(url).cache[displayPath(bareUrl(url))]?.exports;
  return isObject(loaded) ? loaded : undefined;
}

/** False where a test runner has evaluated the module by means of its own: an import would evaluate it again. */
function isLoadedEsModule(url: string): boolean {
  // Not the environment: a program that a test starts inherits that.
  const isInTest = "__vitest_worker__" in globalThis || Symbol.for("$$jest-matchers-object") in globalThis;
  return !isInTest && namespaces.get(url) === undefined && !/\.c[jt]s$/.test(bareUrl(url));
}
