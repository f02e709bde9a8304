/**
 * Calls back once when a signal aborts, at once if it already has; the returned function stops listening.
 *
 * All callbacks of one signal share one listener, so that a signal given to thousands of calls costs one
 * and warns of no leak.
 */
export function onAbort(signal: AbortSignal, callback: (reason: unknown) => void): () => void {
  if (signal.aborted) {
    callback(signal.reason);
    return () => {};
  }
  const group = groupOf(signal);
  // One callback may be given twice: each entry stands for itself.
  const entry = { callback };
  group.entries.add(entry);
  return () => {
    group.entries.delete(entry);
    if (group.entries.size > 0 || groups.get(signal) !== group) return;
    groups.delete(signal);
    signal.removeEventListener("abort", group.listener);
  };
}

interface Group {
  readonly entries: Set<{ readonly callback: (reason: unknown) => void }>;
  readonly listener: () => void;
}

const groups = new WeakMap<AbortSignal, Group>();

function groupOf(signal: AbortSignal): Group {
  const known = groups.get(signal);
  if (known !== undefined) return known;
  const entries: Group["entries"] = new Set();
  const listener = (): void => {
    groups.delete(signal);
    for (const entry of entries) entry.callback(signal.reason);
    entries.clear();
  };
  const group = { entries, listener };
  groups.set(signal, group);
  signal.addEventListener("abort", listener, { once: true });
  return group;
}
