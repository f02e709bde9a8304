import { setTimeout as delay, setImmediate as turn } from "node:timers/promises";
import type { Reached } from "./find-class.ts";
import { loading } from "./loading.ts";

// A top-level await on something real may be on its way: it gets this long after a pool was used in vain.
const GRACE_TURNS = 3;
const GRACE_MS = 20;
// Looking again is cheap, but the heap costs a garbage collection: looked at once, when nothing else is on its way,
// or after so many looks in vain.
const LOOK_AGAIN_MS = 50;
const MOST_LOOKS_BEFORE_HEAP = 20;

/** How loading a module ended. */
export type LoadOutcome =
  | { readonly found: Reached }
  | { readonly namespace: object }
  | { readonly error: unknown }
  | { readonly timedOut: true };

/** What is waited for. */
export interface Awaited {
  /** Starts the import. */
  readonly load: () => Promise<object>;
  /** The class, if it can be reached by now. */
  readonly look: () => Reached | undefined;
  /** The same, at any price. */
  readonly lookHard: () => Reached | undefined;
  /** Time of `performance.now()` at which to give up. */
  readonly deadline: number;
}

/**
 * Loads a module and ends when its evaluation does, or when the class is there and the evaluation waits for a pool
 * that is inert here: that wait never ends.
 */
export function waitForClass(awaited: Awaited): Promise<LoadOutcome> {
  return new Promise((resolve) => {
    const stopped = new AbortController();
    const timer = setTimeout(
      () => end({ timedOut: true }),
      Math.max(0, awaited.deadline - performance.now()),
    );
    const end = (outcome: LoadOutcome): void => {
      stopped.abort();
      loading.onInert(() => {});
      clearTimeout(timer);
      resolve(outcome);
    };
    const settle = (outcome: LoadOutcome): void => {
      loading.pending = false;
      end(outcome);
    };
    const activeBefore = activeResources();
    loading.onInert(() => {
      loading.onInert(() => {});
      lookWhilePending(awaited, activeBefore, stopped.signal).then(
        (found) => end({ found }),
        () => {}, // Aborted: the evaluation has ended.
      );
    });
    loading.pending = true;
    loading.run(awaited.load).then(
      (namespace) => settle({ namespace }),
      (error: unknown) => settle({ error }),
    );
  });
}

async function lookWhilePending(
  awaited: Awaited,
  activeBefore: number,
  signal: AbortSignal,
): Promise<Reached> {
  for (let turns = 0; turns < GRACE_TURNS; turns++) await turn(undefined, { signal });
  await delay(GRACE_MS, undefined, { signal });
  let hasLookedHard = false;
  for (let looks = 0; ; looks++) {
    const found = awaited.look();
    if (found !== undefined) return found;
    if (!hasLookedHard && (activeResources() <= activeBefore || looks >= MOST_LOOKS_BEFORE_HEAP)) {
      hasLookedHard = true;
      const foundHard = awaited.lookHard();
      if (foundHard !== undefined) return foundHard;
    }
    await delay(LOOK_AGAIN_MS, undefined, { signal });
  }
}

// Requests, sockets, timers: what could still let the evaluation go on.
function activeResources(): number {
  return process.getActiveResourcesInfo?.().length ?? 0;
}
