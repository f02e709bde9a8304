import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { LoadHints } from "../protocol/frame.ts";
import { bareUrl, callSite } from "../util/call-site.ts";
import { importModule } from "../util/loader.ts";

/** What makes JavaScript of a module: nothing, Node itself, a loader that was there already, or tsx. */
export type LoaderName = "none" | "native" | "inherited" | "tsx";

/** What was decided before the first import; a failed import is cached, so trying both in turn is no way. */
export interface PreparedLoader {
  readonly loader: LoaderName;
  /** How often the probe was imported. */
  readonly probes: number;
}

const LOADER_CODES: ReadonlySet<unknown> = new Set([
  "ERR_UNKNOWN_FILE_EXTENSION",
  "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX",
  "ERR_INVALID_TYPESCRIPT_SYNTAX",
  "ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING",
  "ERR_MODULE_NOT_FOUND",
]);

/** True for modules that Node may not load by itself. */
function isTypeScript(url: string): boolean {
  return /\.[cm]?tsx?$/.test(bareUrl(url));
}

/** Makes sure, before the module is loaded, that it can be; does nothing for JavaScript. */
export async function prepareLoader(url: string, hints: LoadHints): Promise<PreparedLoader> {
  if (!isTypeScript(url)) return { loader: "none", probes: 0 };
  // Test runners transform more than Node's type stripping does, and aren't there in a worker.
  if ((hints.tsx || isUnderTestRunner()) && (await registerTsx(url))) return { loader: "tsx", probes: 0 };
  if (hasTypeStripping()) return { loader: "native", probes: 0 };
  if (await probe()) return { loader: "inherited", probes: 1 };
  return { loader: (await registerTsx(url)) ? "tsx" : "none", probes: 1 };
}

/** True in a worker of a program that a test runner transforms by means of its own. */
export function isUnderTestRunner(): boolean {
  return process.env.VITEST !== undefined || process.env.JEST_WORKER_ID !== undefined;
}

/** Whether a failure to load the TypeScript module `url` may be one of the loader. */
export function isLoaderFailure(url: string, error: unknown): boolean {
  if (!isTypeScript(url) || typeof error !== "object" || error === null) return false;
  return error instanceof SyntaxError || LOADER_CODES.has(Reflect.get(error, "code"));
}

/** Where tsx is installed, seen from the user's module; undefined when it isn't. */
export function tsxFolder(url: string): string | undefined {
  try {
    return dirname(createRequire(bareUrl(url)).resolve("tsx/package.json"));
  } catch {
    return undefined;
  }
}

async function registerTsx(url: string): Promise<boolean> {
  const folder = tsxFolder(url);
  if (folder === undefined) return false;
  const requireOfUser = createRequire(bareUrl(url));
  const { exports } = requireOfUser("tsx/package.json") as { exports: Record<string, EsmApi> };
  // Asked for as ESM: what `require` gets under the same name doesn't register.
  const entry = exports["./esm/api"]?.import?.default;
  if (entry === undefined) return false;
  const esm = (await importModule(pathToFileURL(join(folder, entry)).href)) as Registers;
  esm.register();
  (requireOfUser("tsx/cjs/api") as Registers).register();
  return true;
}

interface EsmApi {
  readonly import?: { readonly default?: string };
}

interface Registers {
  register(): unknown;
}

function hasTypeStripping(): boolean {
  return Boolean((process.features as { typescript?: unknown }).typescript);
}

async function probe(): Promise<boolean> {
  const own = callSite(probe)?.url;
  if (!own?.startsWith("file:")) return false;
  const url = new URL("../probe.mts", own);
  if (!existsSync(fileURLToPath(url))) return false;
  return importModule(url.href).then(
    () => true,
    () => false,
  );
}
