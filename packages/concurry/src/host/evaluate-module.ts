import { readFileSync } from "node:fs";
import nodeModule, { createRequire } from "node:module";
import { isModuleNamespaceObject } from "node:util/types";
import { bareUrl, displayPath } from "../util/call-site.ts";
import { importModule } from "../util/loader.ts";
import { hasPlanted } from "./bind-class.ts";
import type { LoaderName } from "./typescript-loader.ts";

// What these bring along may change a module when it is imported, and not see that it is required.
const HOOKS = /(?:^|\s)(?:-r|--(?:require|import|loader|experimental-loader))(?![\w-])/;

/**
 * Evaluates the user's module; nothing has evaluated it in this host before.
 *
 * `require`, which takes ES modules too, reads files without leaving the thread: a third of what `import()` needs. The
 * module is the same one for both.
 */
export async function evaluateModule(url: string, loader: LoaderName): Promise<object> {
  // Node 22 can't `import()` CommonJS written in TypeScript when that requires an ES module; `require` can.
  if (bareUrl(url).endsWith(".cts")) return { default: createRequire(url)(displayPath(url)) };
  if (!isPlain(url, loader)) return importModule(url) as Promise<object>;
  const path = displayPath(url);
  try {
    return namespaceOf(load(path));
  } catch (error) {
    // With a top-level await somewhere among its imports: nothing has been evaluated then. CommonJS has, up to a `require`.
    const isAsync = Reflect.get(Object(error), "code") === "ERR_REQUIRE_ASYNC_MODULE";
    if (isAsync && !isCommonJs(path)) return importModule(url) as Promise<object>;
    throw error;
  }
}

/** Whether the text is that of CommonJS; an ES module that imports or awaits something is none. */
function isCommonJs(path: string): boolean {
  const { compileFunction } = process.getBuiltinModule("node:vm");
  try {
    compileFunction(readFileSync(path, "utf8"), ["exports", "require", "module", "__filename", "__dirname"]);
    return true;
  } catch {
    return false;
  }
}

/** True for JavaScript that nobody but Node has a hand in. */
function isPlain(url: string, loader: LoaderName): boolean {
  if (loader !== "none" || hasPlanted() || !/^file:[^?#]*\.[cm]?js$/.test(url)) return false;
  if (Reflect.get(process.features, "require_module") !== true) return false;
  return !HOOKS.test([...process.execArgv, process.env.NODE_OPTIONS].join(" "));
}

/** Without a parent, as `import()` would: CommonJS that asks for `module.parent` is not told of us. */
const load: (path: string) => unknown = Reflect.get(nodeModule, "_load");

function namespaceOf(exports: unknown): object {
  return isModuleNamespaceObject(exports) ? (exports as object) : { default: exports };
}
