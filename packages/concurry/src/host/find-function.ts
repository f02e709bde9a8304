import type { ClassLocator, ModuleCandidate } from "../protocol/frame.ts";
import { type AnyFunction, functionNameOf, isExportMeant, type TaskMark } from "../protocol/function-mark.ts";
import type { TaskRecord } from "../protocol/task-record.ts";
import { bareUrl } from "../util/call-site.ts";
import { exportedValues } from "../util/exported-values.ts";
import { plantedColumns } from "./bind-class.ts";
import type { Choice } from "./find-class.ts";
import { isUnderTestRunner } from "./typescript-loader.ts";

/** Scores of a task: made by the very same call; by what seems to be the same one, after lines have moved. */
const AT_POSITION = 2;
const SAME_ORDER = 1;
const NO_MATCH = 0;

/** The one task that is meant. Never one that only stands at the same place among others. */
export function chooseTask(tasks: readonly TaskRecord[], locator: ClassLocator): Choice<TaskRecord> {
  const scores = tasks.map((record) => scoreOf(record, locator));
  const best = Math.max(NO_MATCH, ...scores);
  if (best === NO_MATCH) return undefined;
  const matches = tasks.filter((_, index) => scores[index] === best);
  return matches.length > 1 ? "tie" : { value: matches[0] as TaskRecord, via: "touched" };
}

/** The one function among the exports of a module that is meant. */
export function chooseExport(
  namespaces: readonly object[],
  { className, mark }: ClassLocator,
): Choice<AnyFunction> {
  const isMeant = (value: unknown): boolean => isExportMeant(value, className, mark);
  const matches = new Set(namespaces.flatMap(exportedValues).filter(isMeant));
  const [value, other] = matches as Set<AnyFunction>;
  if (other !== undefined) return "tie";
  return value && { value, via: "export" };
}

function scoreOf(record: TaskRecord, { className, candidates, mark }: ClassLocator): number {
  if (functionNameOf(record.run) !== className || mark?.kind !== "task") return NO_MATCH;
  return Math.max(NO_MATCH, ...candidates.map((candidate) => scoreAgainst(record, candidate, mark)));
}

function scoreAgainst({ site, mark }: TaskRecord, candidate: ModuleCandidate, meant: TaskMark): number {
  if (bareUrl(site.url) !== bareUrl(candidate.url)) return NO_MATCH;
  const { line, column, order } = candidate;
  const isAtPosition = line === site.line && column === site.column - plantedColumns(site.url, site.line);
  // Several may be made there, one after the other: each is another one.
  if (isAtPosition) return mark.turn === meant.turn ? AT_POSITION : NO_MATCH;
  // Of a module that the user named no more may be known.
  const isSameOrder = order === undefined || order === site.order;
  if (!isSameOrder || mark.parameters !== meant.parameters) return NO_MATCH;
  // Runners of tests change more than white space; elsewhere another text is another function.
  return mark.text === meant.text || isUnderTestRunner() ? SAME_ORDER : NO_MATCH;
}
