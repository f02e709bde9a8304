import { hasThen } from "../protocol/thenable.ts";
import { isObject } from "../util/is-object.ts";
import {
  type Container,
  isContainer,
  type PreparedCopy,
  prepareCopy,
  type Replace,
  someChild,
} from "./containers.ts";
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
  return new PromiseSearch(nodeLimit).run(values);
}

/**
 * Waits for the promises that {@link findPromises} would find, and puts their values in their places.
 *
 * Containers on the way to a promise are copied as they are now, all else stays itself; the given ones are never changed.
 * Cycles and shared parts are kept. A rejected promise rejects with its own reason; the others then count as handled.
 */
export async function unwrapArguments(values: readonly unknown[]): Promise<unknown[]> {
  const promises = new Set<object>();
  let settling: Promise<unknown[]>;
  let copies: Map<unknown, PreparedCopy>;
  try {
    const parents = survey(values, promises);
    copies = prepareCopies(values, promises, parents);
  } finally {
    // Also when a getter has thrown: what was found so far must not be left without a handler.
    settling = Promise.all(promises);
    settling.catch(ignore);
  }
  const settled = await settling;
  const results = new Map<unknown, unknown>([...promises].map((promise, index) => [promise, settled[index]]));
  const replace: Replace = (value) =>
    results.has(value) ? results.get(value) : (copies.get(value)?.copy ?? value);
  for (const { fill } of copies.values()) fill(replace);
  return copies.get(values)?.copy as unknown[];
}

type Parents = ReadonlyMap<object, ReadonlySet<Container>>;

/** Adds every promise to `promises`, and tells in which containers each promise and container lies. */
function survey(values: readonly unknown[], promises: Set<object>): Parents {
  const parents = new Map<object, Set<Container>>();
  const seen = new Set<Container>([values]);
  // A set goes on to what is added meanwhile: it is the list of what is still to be done, too.
  for (const container of seen) {
    someChild(container, (value) => {
      if (!isObject(value)) return false;
      if (promises.has(value) || hasThen(value)) promises.add(value);
      else if (isContainer(value)) seen.add(value);
      else return false;
      const known = parents.get(value);
      if (known === undefined) parents.set(value, new Set([container]));
      else known.add(container);
      return false;
    });
  }
  return parents;
}

/** Prepares copies of the arguments themselves and of all containers from which a promise can be reached. */
function prepareCopies(
  values: readonly unknown[],
  promises: ReadonlySet<object>,
  parents: Parents,
): Map<unknown, PreparedCopy> {
  const reaching = new Set<Container>([values]);
  for (const promise of promises) for (const parent of parents.get(promise) ?? []) reaching.add(parent);
  for (const container of reaching) for (const parent of parents.get(container) ?? []) reaching.add(parent);
  return new Map([...reaching].map((container) => [container, prepareCopy(container)]));
}

function ignore(): void {}
