import { readFileSync } from "node:fs";
import type { HostSpec } from "../protocol/frame.ts";
import { realm } from "../protocol/realm.ts";
import { isWorkerClass, type WorkerClass } from "../protocol/worker-class.ts";
import { displayPath } from "../util/call-site.ts";
import { isObject } from "../util/is-object.ts";
import { plantBinder } from "./bind-class.ts";
import { type Choice, chooseClass, exportedClasses, type Reached, type Via } from "./find-class.ts";
import { liveClasses } from "./heap-search.ts";
import { explainIfPending } from "./load-errors.ts";
import { functionLoader, loadTask, openWorkerClass } from "./load-function.ts";
import { type LoadLog, newLoadLog, printLoadLog } from "./load-log.ts";
import type { LoadedClass } from "./loaded-class.ts";
import { loading } from "./loading.ts";
import { loadDeadline, type Search, searchModules } from "./search-modules.ts";
import { isBindingName, seemsExported } from "./source-scan.ts";
import { tolerateFailures } from "./start-up-guard.ts";

/**
 * Loads the module of a worker class and finds the class in it. What the module's top level starts is kept from
 * doing harm; the class is to be built outside of that context, as it is here.
 *
 * @throws {LoadFailure} With the error for the pool's calls.
 */
export async function loadWorkerClass(spec: HostSpec): Promise<LoadedClass> {
  realm().mainUrl = spec.locator.mainUrl;
  const log = newLoadLog(spec);
  const namespaces: object[] = [];
  try {
    const found = await findClass(spec, log, namespaces);
    log.via = found.via;
    loading.ready();
    realm().loadFunction = functionLoader(spec, namespaces);
    realm().workerIndex = spec.workerIndex;
    const path = displayPath(spec.locator.candidates[0]?.url ?? "");
    tolerateFailures({ path, warns: spec.workerIndex === 0 });
    return {
      workerClass: found.value,
      via: found.via,
      exportName: (errorClass) => exportName(namespaces, errorClass),
      exported: (name) => exported(namespaces, name),
    };
  } finally {
    // Where calls name their functions, each of these is told of by itself.
    if (!spec.locator.isOpen) printLoadLog(log);
  }
}

function findClass(
  spec: HostSpec,
  log: LoadLog,
  namespaces: object[],
): Promise<Reached> | { readonly value: WorkerClass; readonly via: string } {
  if (spec.locator.isOpen) return { value: openWorkerClass(spec, namespaces), via: "open" };
  if (spec.locator.mark !== undefined) return loadTask(spec, log, namespaces);
  return searchModules(classSearch(spec, log, namespaces));
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

function classSearch(spec: HostSpec, log: LoadLog, namespaces: object[]): Search<WorkerClass> {
  const { className, hints, knownVia } = spec.locator;
  // Whether the source of a module seemed to export the class, so that no binder was planted.
  let skippedBinder = false;
  return {
    spec,
    deadline: loadDeadline(spec),
    log,
    namespaces,
    plant: (url) => {
      if (knownVia === "export" || knownVia === "touched" || !isBindingName(className)) return;
      // A bundle with the framework inside is being evaluated already.
      if (realm().bootstrap !== undefined) return;
      if (hints.binder !== true && knownVia === undefined && sourceExports(url, className)) {
        skippedBinder = true;
        return;
      }
      log.binder++;
      plantBinder(url, className);
    },
    look: (url) => lookCheaply(spec, namespaces, url),
    lookHard: () => lookAtHeap(spec, log),
    respawn: () => (skippedBinder && isBindingName(className) ? { ...hints, binder: true } : undefined),
  };
}

function sourceExports(url: string, className: string): boolean {
  try {
    return seemsExported(readFileSync(displayPath(url), "utf8"), className);
  } catch {
    return false;
  }
}

function lookCheaply({ locator }: HostSpec, namespaces: readonly object[], url: string): Choice {
  const reached = (via: Via, classes: readonly WorkerClass[]): Reached[] =>
    classes.map((value) => ({ value, via }));
  const all = [
    ...reached("export", namespaces.flatMap(exportedClasses)),
    ...reached("touched", loading.touched),
    ...reached("bound", loading.bound(url).filter(isWorkerClass)),
  ];
  return chooseClass(all, locator);
}

function lookAtHeap({ locator }: HostSpec, log: LoadLog): Choice {
  log.heap++;
  const reached = liveClasses().map((value): Reached => ({ value, via: "heap" }));
  return chooseClass(reached, locator);
}
