import type { MadeCall } from "./calls.ts";
import type { Round } from "./round.ts";

/** Calls of one key, and those for one worker, begin in the order in which they were made. */
export function judgeOrder(round: Round, entries: readonly { readonly id: string }[]): string[] {
  const { limits, maxRestarts, onDemand } = round.plan.pool;
  // Who waits for limits is overtaken; the keys of a worker that is given up go to others.
  if (limits !== "none" || maxRestarts !== undefined || onDemand || round.isResized) return [];
  const places = new Map<string, number>();
  for (const [place, { id }] of entries.entries()) if (!places.has(id)) places.set(id, place);
  const problems: string[] = [];
  for (const [name, calls] of inGroups(round)) {
    const ran = calls.filter(({ id }) => places.has(id));
    for (const [index, call] of ran.entries()) {
      const before = ran[index - 1];
      if (before !== undefined && (places.get(before.id) ?? 0) > (places.get(call.id) ?? 0))
        problems.push(`${call.id} began before ${before.id}, both of ${name}`);
    }
  }
  return problems;
}

function inGroups({ calls, pool }: Round): Map<string, MadeCall[]> {
  const groups = new Map<string, MadeCall[]>();
  for (const call of calls) {
    const { pin, options, retry, promise } = call.plan;
    // Those that are tried again, or wait for an argument, are overtaken.
    if (retry !== undefined || promise !== undefined) continue;
    if (pin === undefined && options.key === undefined) continue;
    const { key, priority = 0 } = options;
    const name =
      pin === undefined
        ? `key ${key}, priority ${priority}`
        : `worker ${Math.floor(pin * pool.workers.length)}`;
    groups.set(name, [...(groups.get(name) ?? []), call]);
  }
  return groups;
}
