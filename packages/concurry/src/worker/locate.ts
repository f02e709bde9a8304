import { isAbsolute, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { WorkerNotFoundError } from "../errors/worker-errors.ts";
import type { ClassLocator, LoadHints, ModuleCandidate } from "../protocol/frame.ts";
import { classNameOf, type DefinitionSite, definitionSite, nearestSite } from "../protocol/worker-class.ts";
import { bareUrl } from "../util/call-site.ts";
import { inspectLocation } from "./inspect-location.ts";
import { mainScriptUrl } from "./main-script.ts";

/** What was found out about a class without the user's help; the same at each `init()`. */
interface FoundCandidates {
  readonly candidates: readonly ModuleCandidate[];
  readonly inspected: boolean;
}

const foundBefore = new WeakMap<object, FoundCandidates>();
const hintsByUrl = new Map<string, LoadHints>();
const viaByClass = new Map<string, string>();

/**
 * Says where a thread or process can find `workerClass` again.
 *
 * @param explicitModule `options.module`; beats `static module`, which beats what is found.
 * @throws {WorkerNotFoundError} When no file is known that defines the class.
 * @throws {TypeError} When a given module is neither a path nor a `file:` URL.
 */
export function locate(workerClass: object, explicitModule: string | URL | undefined): ClassLocator {
  const given = explicitModule ?? ownModule(workerClass);
  const found = given === undefined ? findCandidates(workerClass) : undefined;
  const candidates = found?.candidates ?? [
    explicitCandidate(given as string | URL, definitionSite(workerClass)),
  ];
  const className = classNameOf(workerClass);
  const [first] = candidates;
  if (first === undefined) throw unknownModule(workerClass, className);
  const knownVia = viaByClass.get(memoryKey(first.url, className));
  return {
    ...locatorOf(className, candidates),
    ...(knownVia === undefined ? {} : { knownVia }),
    ...(found?.inspected ? { inspected: true } : {}),
  };
}

/** What a host is told about any thing that it is to find in one of these modules. */
export function locatorOf(className: string, candidates: readonly ModuleCandidate[]): ClassLocator {
  const [first] = candidates;
  const mainUrl = mainScriptUrl();
  return {
    className,
    candidates,
    hints: (first && hintsByUrl.get(bareUrl(first.url))) ?? {},
    ...(mainUrl === undefined ? {} : { mainUrl }),
  };
}

/** The candidate for a module that the user named; with a position where that is known to be in this module. */
export function explicitCandidate(given: string | URL, site: DefinitionSite | undefined): ModuleCandidate {
  const url = moduleUrl(given);
  if (site !== undefined && bareUrl(site.url) === bareUrl(url))
    return { ...positionOf(site), url, via: "explicit" };
  return { url, via: "explicit" };
}

/** The candidate for a place that was seen on the stack, if it is a file. */
export function siteCandidates(site: DefinitionSite): readonly ModuleCandidate[] {
  return usable([{ ...positionOf(site), url: site.url, via: "hook" }]);
}

/**
 * The locator for one more host, after one that failed asked for `hints`; hosts of later pools get them at once.
 * A host asks only for what it didn't have, so this comes to an end; several that were started together may ask
 * for the same.
 *
 * @returns undefined when the hints are none: the failure is final.
 */
export function takeHints(locator: ClassLocator, hints: LoadHints): ClassLocator | undefined {
  const [first] = locator.candidates;
  if (first === undefined || !(hints.tsx || hints.binder)) return undefined;
  const isKnown = (locator.hints.tsx || !hints.tsx) && (locator.hints.binder || !hints.binder);
  if (isKnown) return locator;
  const key = bareUrl(first.url);
  const merged: LoadHints = { ...locator.hints, ...hints };
  hintsByUrl.set(key, { ...hintsByUrl.get(key), ...merged });
  return { ...locator, hints: merged, respawns: (locator.respawns ?? 0) + 1 };
}

/** Remembers how a host found the class: later hosts need not look at the source. */
export function rememberVia(locator: ClassLocator, via: string): void {
  const [first] = locator.candidates;
  if (first !== undefined && locator.mark === undefined)
    viaByClass.set(memoryKey(first.url, locator.className), via);
}

// Only an own property: an inherited one names the file of another class.
function ownModule(workerClass: object): string | URL | undefined {
  return Object.hasOwn(workerClass, "module")
    ? (Reflect.get(workerClass, "module") as string | URL | undefined)
    : undefined;
}

function moduleUrl(given: string | URL): string {
  const text = String(given);
  if (text.startsWith("file:")) return text;
  const isOtherUrl = /^[a-z][a-z\d+.-]+:/i.test(text) && !isAbsolute(text);
  if ((typeof given !== "string" && !(given instanceof URL)) || text === "" || isOtherUrl) {
    throw new TypeError(`module must be a path or a file: URL, got ${JSON.stringify(text)}`);
  }
  return pathToFileURL(resolve(text)).href;
}

function findCandidates(workerClass: object): FoundCandidates {
  const known = foundBefore.get(workerClass);
  if (known !== undefined) return known;
  const own = definitionSite(workerClass);
  const found = own !== undefined && own.url !== "" ? fromSite(own) : fromInspector(workerClass);
  foundBefore.set(workerClass, found);
  return found;
}

function fromSite(site: DefinitionSite): FoundCandidates {
  return { candidates: siteCandidates(site), inspected: false };
}

// A subclass of a subclass: nobody saw its definition, but its ancestor often stands in the same file.
function fromInspector(workerClass: object): FoundCandidates {
  const candidates: ModuleCandidate[] = [];
  const location = inspectLocation(workerClass);
  if (location !== undefined) candidates.push({ ...location, via: "inspector" });
  const ancestor = nearestSite(workerClass);
  if (ancestor !== undefined)
    candidates.push({ ...positionOf(ancestor), url: ancestor.url, via: "ancestor" });
  return { candidates: usable(candidates), inspected: true };
}

function positionOf({
  line,
  column,
  order,
}: DefinitionSite): Pick<DefinitionSite, "line" | "column" | "order"> {
  return { line, column, order };
}

/** Those that are files: what was typed or piped in has none, though some runtimes make up a name for it. */
export function usable(candidates: readonly ModuleCandidate[]): readonly ModuleCandidate[] {
  return candidates.filter(({ url }) => url.startsWith("file:") && !isMadeUp(url));
}

function isMadeUp(url: string): boolean {
  return /(?:^|\/)(?:\[(?:eval\d*|stdin)\]|%5B(?:eval\d*|stdin)%5D|REPL\d+)(?:-wrapper)?$/.test(bareUrl(url));
}

function unknownModule(workerClass: object, className: string): WorkerNotFoundError {
  const fix = 'Move it to a file or add "static module = import.meta.url" (CommonJS: __filename).';
  return noFile(className, nearestSite(workerClass)?.url, fix);
}

/** The error for what stands in no file. @param place What the engine calls the place, where it has a name for it. */
export function noFile(name: string, place: string | undefined, fix: string): WorkerNotFoundError {
  const origin = place === undefined || place === "" ? "" : ` (defined in ${lastPart(place)})`;
  return new WorkerNotFoundError(
    `Cannot tell which file defines "${name || "(anonymous)"}"${origin}. ${fix}`,
    { reason: "unknownModule" },
  );
}

function lastPart(place: string): string {
  return decodeURIComponent(place.slice(place.lastIndexOf("/") + 1));
}

function memoryKey(url: string, className: string): string {
  return `${className} ${bareUrl(url)}`;
}
