import type { ClassLocator } from "../protocol/frame.ts";
import { isObject } from "../util/is-object.ts";
import { loadedExports, seekExports } from "./loaded-modules.ts";

/**
 * The modules of what a pool's workers run, as this program has loaded them, from which an error class of a worker can be
 * known again. No module is evaluated a second time for it.
 */
export class ExportedErrors {
  readonly #urls = new Set<string>();

  /** Gets hold of what the module of a class or function exports. */
  watch({ candidates: [first] }: ClassLocator): void {
    if (first === undefined || this.#urls.has(first.url)) return;
    this.#urls.add(first.url);
    void seekExports(first.url);
  }

  /** What the modules export under a name; undefined when that isn't known, or several export another one each. */
  named(name: string): unknown {
    const found = new Set([...this.#urls].map((url) => exportNamed(url, name)));
    found.delete(undefined);
    return found.size === 1 ? [...found][0] : undefined;
  }
}

function exportNamed(url: string, name: string): unknown {
  const namespace = loadedExports(url);
  if (namespace === undefined) return undefined;
  const whole: unknown = Reflect.get(namespace, "default");
  return Reflect.get(namespace, name) ?? (isObject(whole) ? Reflect.get(whole, name) : undefined);
}
