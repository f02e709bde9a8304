import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { isMainThread } from "node:worker_threads";
import type { HostSpec, ModuleCandidate } from "../protocol/frame.ts";
import { realm } from "../protocol/realm.ts";
import type { WorkerClass } from "../protocol/worker-class.ts";
import { bareUrl, displayPath } from "../util/call-site.ts";
import { isObject } from "../util/is-object.ts";
import { importModule } from "../util/loader.ts";
import { plantBinder } from "./bind-class.ts";
import { type Choice, chooseClass, exportedClasses, type Reached, type Via } from "./find-class.ts";
import { liveClasses } from "./heap-search.ts";
import {
  explainIfPending,
  inTestFile,
  isTestFile,
  noLoader,
  notFound,
  stillLoading,
  threwWhileLoading,
} from "./load-errors.ts";
import { isLoadDebugged, type LoadLog, newLoadLog, printLoadLog } from "./load-log.ts";
import { type LoadedClass, LoadFailure } from "./loaded-class.ts";
import { loading } from "./loading.ts";
import { isBindingName, seemsExported } from "./source-scan.ts";
import { muteStartUp, startUpFailures, tolerateFailures } from "./start-up-guard.ts";
import { isLoaderFailure, prepareLoader, tsxFolder } from "./typescript-loader.ts";
import { waitForClass } from "./wait-for-class.ts";

// The pool counts from the spawn, and has its own words for a worker that says nothing: this side is to be first.
const MOST_AHEAD_MS = 1000;
// On some versions of Node the clock of a thread counts from the start of the whole program.
const STARTED_AT: number = isMainThread ? 0 : performance.now();

/** One attempt to find the class of a host. */
interface Search {
  readonly spec: HostSpec;
  readonly deadline: number;
  readonly log: LoadLog;
  /** Namespaces of the modules that were loaded to their end. */
  readonly namespaces: object[];
  /** Whether the source of a module seemed to export the class, so that no binder was planted. */
  skippedBinder: boolean;
}

/**
 * Loads the module of a worker class and finds the class in it. What the module's top level starts is kept from
 * doing harm; the class is to be built outside of that context, as it is here.
 *
 * @throws {LoadFailure} With the error for the pool's calls.
 */
export async function loadWorkerClass(spec: HostSpec): Promise<LoadedClass> {
  const search: Search = {
    spec,
    deadline: STARTED_AT + spec.loadTimeoutMs - Math.min(MOST_AHEAD_MS, spec.loadTimeoutMs / 4),
    log: newLoadLog(spec),
    namespaces: [],
    skippedBinder: false,
  };
  realm().mainUrl = spec.locator.mainUrl;
  try {
    const found = await findInCandidates(search);
    search.log.via = found.via;
    loading.ready();
    const path = displayPath(spec.locator.candidates[0]?.url ?? "");
    tolerateFailures({ path, warns: spec.workerIndex === 0 });
    const { namespaces } = search;
    return {
      ...found,
      exportName: (errorClass) => exportName(namespaces, errorClass),
      exported: (name) => exported(namespaces, name),
    };
  } finally {
    printLoadLog(search.log);
  }
}

/** Completes the message of a method's `ReferenceError` where this host's module hangs in a top-level await. */
export function explainReferenceError(error: unknown): unknown {
  explainIfPending(error, loading.pending);
  return error;
}

function exportName(namespaces: readonly object[], value: unknown): string | undefined {
  for (const holder of holders(namespaces)) {
    const name = Object.keys(holder).find((key) => Reflect.get(holder, key) === value);
    if (name !== undefined) return name;
  }
  return undefined;
}

function exported(namespaces: readonly object[], name: string): unknown {
  const holder = holders(namespaces).find((candidate) => Object.hasOwn(candidate, name));
  return holder && Reflect.get(holder, name);
}

/** Also a CommonJS module's exports as a whole: of some modules only running them tells the names. */
function holders(namespaces: readonly object[]): readonly object[] {
  return namespaces.flatMap((namespace) => [namespace, Reflect.get(namespace, "default")]).filter(isObject);
}

async function findInCandidates(search: Search): Promise<Reached> {
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

async function loadCandidate(
  search: Search,
  candidate: ModuleCandidate,
  isLast: boolean,
): Promise<Reached | undefined> {
  const { spec } = search;
  const { url } = candidate;
  const { loader, probes } = await prepareLoader(url, spec.locator.hints);
  search.log.loader = loader;
  search.log.probe += probes;
  bindIfNeeded(search, url);
  if (isMain(spec, url) && !isLoadDebugged()) muteStartUp();
  const outcome = await waitForClass({
    load: () => evaluate(url),
    look: () => foundIn(lookCheaply(search, url)),
    lookHard: () => foundIn(lookAtHeap(search)),
    deadline: search.deadline,
  });
  if ("found" in outcome) return outcome.found;
  if ("error" in outcome) return afterError(search, url, outcome.error, loader === "tsx");
  if ("namespace" in outcome) return afterLoad(search, url, outcome.namespace, isLast);
  throw new LoadFailure(stillLoading(spec, url));
}

// Node 22 can't `import()` CommonJS written in TypeScript when that requires an ES module; `require` can.
async function evaluate(url: string): Promise<object> {
  if (!bareUrl(url).endsWith(".cts")) return importModule(url) as Promise<object>;
  return { default: createRequire(url)(displayPath(url)) };
}

function afterLoad(search: Search, url: string, namespace: object, isLast: boolean): Reached | undefined {
  search.namespaces.push(namespace);
  const choice = lookCheaply(search, url) ?? (isLast ? lookAtHeap(search) : undefined);
  if (choice === "tie") throw new LoadFailure(notFound(search.spec.locator, startUpFailures()[0]));
  return choice;
}

function afterError(search: Search, url: string, error: unknown, hadTsx: boolean): Reached {
  const { locator } = search.spec;
  if (isTestFile(url)) {
    const found = foundIn(lookCheaply(search, url));
    if (found !== undefined) return found;
  }
  const isLoadersFault = isLoaderFailure(url, error);
  const canForceTsx = isLoadersFault && !hadTsx && !locator.hints.tsx && tsxFolder(url) !== undefined;
  const respawn = canForceTsx ? { ...locator.hints, tsx: true } : undefined;
  if (isTestFile(url)) throw new LoadFailure(inTestFile(locator, error), respawn);
  if (isLoadersFault && !hadTsx) throw new LoadFailure(noLoader(url, error), respawn);
  throw new LoadFailure(threwWhileLoading(search.spec, url, error));
}

function missing(search: Search): LoadFailure {
  const { locator } = search.spec;
  const [first] = locator.candidates;
  const error =
    first !== undefined && isTestFile(first.url)
      ? inTestFile(locator, startUpFailures()[0])
      : notFound(locator, startUpFailures()[0]);
  const canBind = search.skippedBinder && isBindingName(locator.className);
  return new LoadFailure(error, canBind ? { ...locator.hints, binder: true } : undefined);
}

function bindIfNeeded(search: Search, url: string): void {
  const { className, hints, knownVia } = search.spec.locator;
  if (knownVia === "export" || knownVia === "touched" || !isBindingName(className)) return;
  // A bundle with the framework inside is being evaluated already.
  if (realm().bootstrap !== undefined) return;
  if (hints.binder !== true && knownVia === undefined && sourceExports(url, className)) {
    search.skippedBinder = true;
    return;
  }
  search.log.binder++;
  plantBinder(url, className);
}

function sourceExports(url: string, className: string): boolean {
  try {
    return seemsExported(readFileSync(displayPath(url), "utf8"), className);
  } catch {
    return false;
  }
}

function lookCheaply(search: Search, url: string): Choice {
  const reached = (via: Via, classes: readonly WorkerClass[]): Reached[] =>
    classes.map((workerClass) => ({ workerClass, via }));
  const all = [
    ...reached("export", search.namespaces.flatMap(exportedClasses)),
    ...reached("touched", loading.touched),
    ...reached("bound", loading.bound(url)),
  ];
  return chooseClass(all, search.spec.locator);
}

function lookAtHeap(search: Search): Choice {
  search.log.heap++;
  const reached = liveClasses().map((workerClass): Reached => ({ workerClass, via: "heap" }));
  return chooseClass(reached, search.spec.locator);
}

function foundIn(choice: Choice): Reached | undefined {
  return choice === "tie" ? undefined : choice;
}

function isMain(spec: HostSpec, url: string): boolean {
  return spec.locator.mainUrl !== undefined && bareUrl(url) === spec.locator.mainUrl;
}
