import { Replacement } from "../protocol/replacement.ts";
import { hasThen } from "../protocol/thenable.ts";
import { isObject } from "../util/is-object.ts";
import { PromiseSearch } from "./promise-search.ts";

/**
 * True when one of the arguments is itself a promise: an object or function with a callable `then`, as for `await`. So
 * futures, promises of other libraries and of other realms count.
 */
export function hasPromise(values: readonly unknown[]): boolean {
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index];
    if (isObject(value) && hasThen(value)) return true;
  }
  return false;
}

/**
 * True when there is a promise among the arguments or inside their arrays, plain objects, maps and sets. Not looked into:
 * instances of classes, and fields named by symbols.
 *
 * @param nodeLimit The search ends after so many values. With a limit only the items of an array are looked at, not
 * fields beside them. Default: no limit.
 */
export function findPromises(
  values: readonly unknown[],
  nodeLimit: number = Number.POSITIVE_INFINITY,
): boolean {
  return values.some(isObject) && new PromiseSearch(nodeLimit).run(values);
}

/**
 * Waits for the promises that {@link findPromises} would find, and puts their values in their places.
 *
 * Containers on the way to a promise are copied as they are now, all else stays itself; the given ones are never changed.
 * Cycles and shared parts are kept. A rejected promise rejects with its own reason; the others then count as handled.
 */
export async function unwrapArguments(values: readonly unknown[]): Promise<unknown[]> {
  const replacement = new Replacement(values);
  let settling: Promise<unknown[]>;
  try {
    replacement.find(hasThen);
  } finally {
    // Also when a getter has thrown: what was found so far must not be left without a handler.
    settling = Promise.all(replacement.found);
    settling.catch(ignore);
  }
  const settled = await settling;
  const promises = [...replacement.found];
  return replacement.finish(new Map(promises.map((promise, index) => [promise, settled[index]])));
}

function ignore(): void {}
