import type { ClassLocator, ModuleCandidate } from "../protocol/frame.ts";
import {
  classNameOf,
  definitionSite,
  isWorkerClass,
  nearestSite,
  type WorkerClass,
} from "../protocol/worker-class.ts";
import { bareUrl } from "../util/call-site.ts";
import { exportedValues } from "../util/exported-values.ts";
import { plantedColumns } from "./bind-class.ts";

/** How a class was reached; the earlier one counts. */
export type Via = "export" | "touched" | "bound" | "heap";

/** A class that a host may build, or a function that it may run, and how it was reached. */
export interface Reached<Value extends object = WorkerClass> {
  readonly value: Value;
  readonly via: Via;
}

/** The outcome of comparing all that was reached: what is meant, several of them, or none. */
export type Choice<Value extends object = WorkerClass> = Reached<Value> | "tie" | undefined;

/** Scores: a class at the very position; named by the user or the inspector; of the same file; of another one. */
const AT_POSITION = 3;
const LOCATED = 2;
const SAME_FILE = 1;
const OTHER_FILE = 0;
const NO_MATCH = -1;

/** The one class among `reached` that the pool means. */
export function chooseClass(reached: readonly Reached[], locator: ClassLocator): Choice {
  let best: Reached[] = [];
  let bestScore = NO_MATCH;
  for (const each of reached) {
    const score = scoreOf(each, locator);
    if (score < 0 || score < bestScore) continue;
    if (score > bestScore) best = [];
    bestScore = score;
    if (!best.some((other) => other.value === each.value)) best.push(each);
  }
  return best.length > 1 ? breakTie(best, locator) : best[0];
}

/** Classes among the values of a module. */
export function exportedClasses(namespace: object): WorkerClass[] {
  return exportedValues(namespace).filter(isWorkerClass);
}

function scoreOf({ value: workerClass, via }: Reached, { className, candidates }: ClassLocator): number {
  if (classNameOf(workerClass) !== className) return NO_MATCH;
  const score = Math.max(...candidates.map((candidate) => scoreAgainst(workerClass, candidate)));
  // A class of another file is only meant when the very module that was asked for hands it out.
  return score === OTHER_FILE && via !== "export" && via !== "bound" ? NO_MATCH : score;
}

function scoreAgainst(workerClass: WorkerClass, candidate: ModuleCandidate): number {
  const site = nearestSite(workerClass);
  const isDirect = definitionSite(workerClass) !== undefined;
  const isSameFile = site !== undefined && bareUrl(site.url) === bareUrl(candidate.url);
  if (candidate.line !== undefined && site !== undefined && isSameFile && candidate.via !== "inspector") {
    const isSameKind = isDirect === (candidate.via !== "ancestor");
    const column = site.column - plantedColumns(site.url, site.line);
    if (isSameKind && site.line === candidate.line && column === candidate.column) return AT_POSITION;
    // Another transform moves positions, but never the order: else it is another class of the same name.
    if (isSameKind && (candidate.order === undefined || candidate.order === site.order)) return SAME_FILE;
    return NO_MATCH;
  }
  // The inspector is asked only where the hook knows nothing.
  if (candidate.via === "inspector") return isDirect && site?.url !== "" ? NO_MATCH : LOCATED;
  if (candidate.via === "explicit") return LOCATED;
  return isSameFile ? SAME_FILE : OTHER_FILE;
}

function breakTie(best: readonly Reached[], { candidates }: ClassLocator): Choice {
  const orders = candidates.map((candidate) => candidate.order).filter((order) => order !== undefined);
  const inOrder = best.filter(({ value }) => orders.includes(nearestSite(value)?.order ?? -1));
  return inOrder.length === 1 ? inOrder[0] : "tie";
}
