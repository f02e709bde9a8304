import { isObject } from "../util/is-object.ts";
import { realm } from "./realm.ts";

/** What a host tells its pool: a process has come to live below it, or has ended. */
export interface DescendantNote {
  /** Number of the process. */
  readonly descendant: number;
  readonly lives: boolean;
}

type Tell = (note: DescendantNote) => void;

const KEY = "tell of descendants";

export function isDescendantNote(body: unknown): body is DescendantNote {
  return isObject(body) && "descendant" in body;
}

/** Sets how this host tells its pool; for all copies of the package, of which that of the user's module has pools. */
export function tellOfDescendants(tell: Tell): void {
  realm().registries.set(KEY, tell);
}

/** Tells the pool of this host, if it is one. */
export function noteDescendant(note: DescendantNote): void {
  (realm().registries.get(KEY) as Tell | undefined)?.(note);
}
