import { readFileSync } from "node:fs";
import type { ClassLocator, HostSpec } from "../protocol/frame.ts";
import { classOfFunction } from "../protocol/function-class.ts";
import type { AnyFunction } from "../protocol/function-mark.ts";
import { functionWorkerClass } from "../protocol/function-worker.ts";
import { realm } from "../protocol/realm.ts";
import type { TaskRecord } from "../protocol/task-record.ts";
import type { WorkerClass } from "../protocol/worker-class.ts";
import { displayPath } from "../util/call-site.ts";
import { isObject } from "../util/is-object.ts";
import { plantNamespace } from "./bind-class.ts";
import type { Reached } from "./find-class.ts";
import { chooseExport, chooseTask } from "./find-function.ts";
import { type LoadLog, newLoadLog, printLoadLog } from "./load-log.ts";
import { LoadFailure } from "./loaded-class.ts";
import { loading } from "./loading.ts";
import { foundIn, loadDeadline, type Search, searchModules } from "./search-modules.ts";

/** Modules that tell what they export. */
const planted = new Set<string>();

/** Finds the task of a pool. @throws {LoadFailure} With the error for the pool's calls. */
export async function loadTask(spec: HostSpec, log: LoadLog, namespaces: object[]): Promise<Reached> {
  const { value: record, via } = await searchModules(taskSearch(spec, loadDeadline(spec), log, namespaces));
  // Else each level of a recursion would have a pool of its own.
  record.runInPlace();
  return { value: classOfFunction(spec.methods[0] as string, record.run), via };
}

/** The class of a worker that runs whatever function a call names. */
export function openWorkerClass(spec: HostSpec, namespaces: object[]): WorkerClass {
  const known = new Map<string, AnyFunction>();
  // One module at a time: what start-up code does is told apart by whose it is.
  let turn: Promise<unknown> = Promise.resolve();
  return functionWorkerClass((text) => {
    if (typeof text === "function") return text as AnyFunction;
    const existing = known.get(text as string);
    if (existing !== undefined) return existing;
    const loaded = turn.then(async () => {
      const run =
        known.get(text as string) ?? (await loadNamed(spec, JSON.parse(text as string), namespaces));
      known.set(text as string, run);
      return run;
    });
    turn = loaded.catch(() => {});
    return loaded;
  });
}

/** @throws What the call is to fail with. */
async function loadNamed(host: HostSpec, locator: ClassLocator, namespaces: object[]): Promise<AnyFunction> {
  const spec: HostSpec = { ...host, locator };
  const log = newLoadLog(spec);
  const deadline = performance.now() + host.loadTimeoutMs;
  try {
    const found =
      locator.mark?.kind === "task"
        ? await look({ ...taskSearch(spec, deadline, log, namespaces), plant: (url) => plant(url, log) })
        : await look(exportSearch(spec, deadline, log, namespaces));
    log.via = found.via;
    return typeof found.value === "function" ? found.value : found.value.run;
  } catch (failure) {
    throw failure instanceof LoadFailure ? failure.error : failure;
  } finally {
    printLoadLog(log);
  }
}

/** A module that was loaded for another function may never come to its end: what it has by now is there. */
async function look<Value extends object>(search: Search<Value>): Promise<Reached<Value>> {
  const url = search.spec.locator.candidates[0]?.url ?? "";
  return foundIn(search.look(url)) ?? (await searchModules(search));
}

function taskSearch(
  spec: HostSpec,
  deadline: number,
  log: LoadLog,
  namespaces: object[],
): Search<TaskRecord> {
  return {
    spec,
    deadline,
    log,
    namespaces,
    plant: () => {},
    look: () => chooseTask(loading.tasks, spec.locator),
    respawn: () => undefined,
  };
}

function exportSearch(
  spec: HostSpec,
  deadline: number,
  log: LoadLog,
  namespaces: object[],
): Search<AnyFunction> {
  return {
    spec,
    deadline,
    log,
    namespaces,
    plant: (url) => plant(url, log),
    look: (url) => chooseExport([...namespaces, ...loading.bound(url).filter(isObject)], spec.locator),
    respawn: () => undefined,
  };
}

/** Makes a module tell what it exports, for this function and those that follow. */
function plant(url: string, log: LoadLog): void {
  if (realm().bootstrap !== undefined || planted.has(url) || !mayHang(url)) return;
  planted.add(url);
  log.binder++;
  plantNamespace(url);
}

/** Whether the evaluation of a module might wait for a call, so that its exports must be had before its end. */
function mayHang(url: string): boolean {
  try {
    return /\bawait\b/.test(readFileSync(displayPath(url), "utf8"));
  } catch {
    return false;
  }
}
