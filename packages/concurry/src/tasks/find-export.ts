import { readFileSync } from "node:fs";
import { type AnyFunction, isExportMeant } from "../protocol/function-mark.ts";
import { displayPath } from "../util/call-site.ts";
import { exportedValues } from "../util/exported-values.ts";
import { commonJs, loadedExports, seekExports } from "../worker/loaded-modules.ts";
import { locateFunction } from "./locate-function.ts";

// Turns of the event loop that a look at a module may take. One that waits in a top-level await takes as long as that.
const PATIENCE = 2;

/** Whether the text of a module speaks of no exports, by URL. */
const silent = new Map<string, boolean>();

/**
 * Whether a worker will find a function among the exports of its module, as far as that is known here; undefined when only
 * a worker can tell, as always of tasks.
 *
 * @throws {WorkerNotFoundError} When it stands in no module.
 */
export function isExported(run: AnyFunction): boolean | undefined {
  const { mark, className, candidates } = locateFunction(run).locator;
  const url = candidates[0]?.url;
  if (mark?.kind !== "export" || url === undefined) return undefined;
  const known = loadedExports(url);
  // CommonJS arrives in a worker as the default export.
  const values = known === undefined ? [] : [known, { default: known }].flatMap(exportedValues);
  if (values.some((value) => isExportMeant(value, className, mark))) return true;
  const isWhole = known !== undefined && commonJs(url)?.loaded !== false;
  return isWhole || exportsNothing(url) ? false : undefined;
}

/** The same, once the program has looked at what it has loaded of the module. Undefined: there is nothing to wait for. */
export function lookForExport(run: AnyFunction): Promise<boolean | undefined> | undefined {
  if (isExported(run) !== undefined) return undefined;
  const seeking = seekExports(locateFunction(run).locator.candidates[0]?.url ?? "");
  if (seeking === undefined) return undefined;
  return Promise.race([seeking, turns(PATIENCE)]).then(() => isExported(run));
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** As a main script mostly does. */
function exportsNothing(url: string): boolean {
  const known = silent.get(url) ?? !hasWordOfExports(url);
  silent.set(url, known);
  return known;
}

function hasWordOfExports(url: string): boolean {
  try {
    return /\bexports?\b/.test(readFileSync(displayPath(url), "utf8"));
  } catch {
    return true;
  }
}
