import { createRequire } from "node:module";
import { isMainThread } from "node:worker_threads";
import type { ClassLocator, HostSpec, ModuleCandidate } from "../protocol/frame.ts";
import { bareUrl, displayPath } from "../util/call-site.ts";
import { importModule } from "../util/loader.ts";
import type { Choice, Reached } from "./find-class.ts";
import {
  inTestFile,
  isTestFile,
  noLoader,
  notFound,
  stillLoading,
  threwWhileLoading,
} from "./load-errors.ts";
import { isLoadDebugged, type LoadLog } from "./load-log.ts";
import { LoadFailure } from "./loaded-class.ts";
import { muteStartUp, startUpFailures } from "./start-up-guard.ts";
import { isLoaderFailure, prepareLoader, tsxFolder } from "./typescript-loader.ts";
import { waitForModule } from "./wait-for-module.ts";

// The pool counts from the spawn, and has its own words for a worker that says nothing: this side is to be first.
const MOST_AHEAD_MS = 1000;
// On some versions of Node the clock of a thread counts from the start of the whole program.
const STARTED_AT: number = isMainThread ? 0 : performance.now();

/** Modules whose evaluation waited for something when it was left alone. */
const waiting = new Set<string>();

/** When a host gives up loading the module that it was started with, on the clock of `performance.now()`. */
export function loadDeadline({ loadTimeoutMs }: HostSpec): number {
  return STARTED_AT + loadTimeoutMs - Math.min(MOST_AHEAD_MS, loadTimeoutMs / 4);
}

/** One attempt to find something in the modules that may hold it. */
export interface Search<Value extends object> {
  /** Of the host; its locator is that of what is looked for. */
  readonly spec: HostSpec;
  readonly deadline: number;
  readonly log: LoadLog;
  /** Namespaces of the modules that were loaded to their end. */
  readonly namespaces: object[];
  /** Makes a module, before it is loaded, tell what it doesn't export. */
  plant(url: string): void;
  /** What can be reached now. */
  look(url: string): Choice<Value>;
  /** The same, at any price. Absent where nothing more can be done. */
  lookHard?(): Choice<Value>;
  /** What another host may do better, where nothing was found. */
  respawn(): ClassLocator["hints"] | undefined;
}

/**
 * Loads the modules that may hold what is looked for, until it is found. What their top level starts is kept from
 * doing harm.
 *
 * @throws {LoadFailure} With the error for the pool's calls.
 */
export async function searchModules<Value extends object>(search: Search<Value>): Promise<Reached<Value>> {
  const { candidates } = search.spec.locator;
  let failure: LoadFailure | undefined;
  for (const [index, candidate] of candidates.entries()) {
    const isLast = index === candidates.length - 1;
    const found = await loadCandidate(search, candidate, isLast).catch((error: unknown) => {
      if (!(error instanceof LoadFailure)) throw error;
      failure ??= error;
      return undefined;
    });
    if (found !== undefined) return found;
  }
  throw failure ?? missing(search);
}

async function loadCandidate<Value extends object>(
  search: Search<Value>,
  candidate: ModuleCandidate,
  isLast: boolean,
): Promise<Reached<Value> | undefined> {
  const { spec } = search;
  const { url } = candidate;
  const { loader, probes } = await prepareLoader(url, spec.locator.hints);
  search.log.loader = loader;
  search.log.probe += probes;
  search.plant(url);
  if (isMain(spec, url) && !isLoadDebugged()) muteStartUp();
  const outcome = await waitForModule<Value>({
    load: () => evaluate(url),
    look: () => foundIn(search.look(url)),
    lookHard: search.lookHard && (() => foundIn(search.lookHard?.())),
    isWaiting: waiting.has(url),
    deadline: search.deadline,
  });
  if ("found" in outcome || "hangs" in outcome) waiting.add(url);
  if ("found" in outcome) return outcome.found;
  if ("error" in outcome) return afterError(search, url, outcome.error, loader === "tsx");
  if ("namespace" in outcome) return afterLoad(search, url, outcome.namespace, isLast);
  if ("hangs" in outcome) throw missing(search);
  throw new LoadFailure(stillLoading(spec, url));
}

/**
 * Evaluates the user's module. `require` would be quicker for ES modules, too; but Node 20 aborts the whole program when a
 * thread is terminated while it links a module that was required.
 */
async function evaluate(url: string): Promise<object> {
  // Node 22 can't `import()` CommonJS written in TypeScript when that requires an ES module; `require` can.
  if (!bareUrl(url).endsWith(".cts")) return importModule(url) as Promise<object>;
  return { default: createRequire(url)(displayPath(url)) };
}

function afterLoad<Value extends object>(
  search: Search<Value>,
  url: string,
  namespace: object,
  isLast: boolean,
): Reached<Value> | undefined {
  if (!search.namespaces.includes(namespace)) search.namespaces.push(namespace);
  const choice = search.look(url) ?? (isLast ? search.lookHard?.() : undefined);
  if (choice === "tie") throw new LoadFailure(notFound(search.spec.locator, startUpFailures()[0]));
  return choice;
}

function afterError<Value extends object>(
  search: Search<Value>,
  url: string,
  error: unknown,
  hadTsx: boolean,
): Reached<Value> {
  const { locator } = search.spec;
  if (isTestFile(url)) {
    const found = foundIn(search.look(url));
    if (found !== undefined) return found;
  }
  const isLoadersFault = isLoaderFailure(url, error);
  const canForceTsx = isLoadersFault && !hadTsx && !locator.hints.tsx && tsxFolder(url) !== undefined;
  const respawn = canForceTsx ? { ...locator.hints, tsx: true } : undefined;
  if (isTestFile(url)) throw new LoadFailure(inTestFile(locator, error), respawn);
  if (isLoadersFault && !hadTsx) throw new LoadFailure(noLoader(url, error), respawn);
  throw new LoadFailure(threwWhileLoading(search.spec, url, error));
}

function missing<Value extends object>(search: Search<Value>): LoadFailure {
  const { locator } = search.spec;
  const [first] = locator.candidates;
  const error =
    first !== undefined && isTestFile(first.url)
      ? inTestFile(locator, startUpFailures()[0])
      : notFound(locator, startUpFailures()[0]);
  return new LoadFailure(error, search.respawn());
}

/** What was found for certain. */
export function foundIn<Value extends object>(choice: Choice<Value>): Reached<Value> | undefined {
  return choice === "tie" ? undefined : choice;
}

function isMain(spec: HostSpec, url: string): boolean {
  return spec.locator.mainUrl !== undefined && bareUrl(url) === spec.locator.mainUrl;
}
