import { realm } from "../protocol/realm.ts";
import type { DefinitionSite } from "../protocol/worker-class.ts";
import { bareUrl, type CallSite } from "../util/call-site.ts";

const COUNTS = "calls of task()";

/** Where `task()` was called: for the how manieth time in its file, and at this very place. */
export function countSite(place: CallSite | undefined): { site: DefinitionSite; turn: number } {
  const { url, line, column } = place ?? { url: "", line: 0, column: 0 };
  const file = bareUrl(url);
  const order = countOf(file);
  return { site: { url, line, column, order }, turn: countOf(`${line}:${column} ${file}`) };
}

/** How often something was counted before. One record for all copies of the package. */
function countOf(key: string): number {
  const { registries } = realm();
  const counts = (registries.get(COUNTS) as Map<string, number> | undefined) ?? new Map<string, number>();
  registries.set(COUNTS, counts);
  const before = counts.get(key) ?? 0;
  counts.set(key, before + 1);
  return before;
}
