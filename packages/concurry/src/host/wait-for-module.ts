import { setTimeout as delay, setImmediate as turn } from "node:timers/promises";
import type { Reached } from "./find-class.ts";
import { loading } from "./loading.ts";

// A top-level await on something real may be on its way: it gets this long after a pool was used in vain.
const GRACE_TURNS = 3;
const GRACE_MS = 20;
// Looking again is cheap, but the heap costs a garbage collection: looked at once, when nothing else is on its way,
// or after so many looks in vain. Where there is no such last look, that is the end.
const LOOK_AGAIN_MS = 50;
const MOST_LOOKS_BEFORE_HEAP = 20;

/** How loading a module ended. */
export type LoadOutcome<Value extends object> =
  | { readonly found: Reached<Value> }
  | { readonly namespace: object }
  | { readonly error: unknown }
  /** Its evaluation waits for something that never comes, and what is looked for isn't there. */
  | { readonly hangs: true }
  | { readonly timedOut: true };

/** What is waited for. */
export interface Awaited<Value extends object> {
  /** Starts the import. */
  readonly load: () => Promise<object>;
  /** What is looked for, if it can be reached by now. */
  readonly look: () => Reached<Value> | undefined;
  /** The same, at any price; undefined where nothing more can be done. */
  readonly lookHard: (() => Reached<Value> | undefined) | undefined;
  /** Whether the evaluation was found to wait before: nobody says so again. */
  readonly isWaiting: boolean;
  /** Time of `performance.now()` at which to give up. */
  readonly deadline: number;
}

/**
 * Loads a module and ends when its evaluation does, or when what is looked for is there and the evaluation waits for a
 * pool that is inert here: that wait never ends.
 */
export function waitForModule<Value extends object>(awaited: Awaited<Value>): Promise<LoadOutcome<Value>> {
  return new Promise((resolve) => {
    const stopped = new AbortController();
    const timer = setTimeout(
      () => end({ timedOut: true }),
      Math.max(0, awaited.deadline - performance.now()),
    );
    const end = (outcome: LoadOutcome<Value>): void => {
      stopped.abort();
      loading.onInert(undefined);
      clearTimeout(timer);
      resolve(outcome);
    };
    const settle = (outcome: LoadOutcome<Value>): void => {
      loading.pending = false;
      end(outcome);
    };
    const activeBefore = activeResources();
    const lookNow = (): void => {
      loading.onInert(undefined);
      lookWhilePending(awaited, activeBefore, stopped.signal).then(
        (found) => end(found === undefined ? { hangs: true } : { found }),
        () => {}, // Aborted: the evaluation has ended.
      );
    };
    if (awaited.isWaiting) lookNow();
    else loading.onInert(lookNow);
    loading.pending = true;
    loading.run(awaited.load).then(
      (namespace) => settle({ namespace }),
      (error: unknown) => settle({ error }),
    );
  });
}

async function lookWhilePending<Value extends object>(
  awaited: Awaited<Value>,
  activeBefore: number,
  signal: AbortSignal,
): Promise<Reached<Value> | undefined> {
  for (let turns = 0; turns < GRACE_TURNS; turns++) await turn(undefined, { signal });
  await delay(GRACE_MS, undefined, { signal });
  let hasLookedHard = false;
  for (let looks = 0; ; looks++) {
    const found = awaited.look();
    if (found !== undefined) return found;
    if (!hasLookedHard && (activeResources() <= activeBefore || looks >= MOST_LOOKS_BEFORE_HEAP)) {
      hasLookedHard = true;
      if (awaited.lookHard === undefined) return undefined;
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
