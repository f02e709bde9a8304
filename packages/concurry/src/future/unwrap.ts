import {
  type Container,
  isContainer,
  type PreparedCopy,
  prepareCopy,
  type Replace,
  someChild,
} from "./containers.ts";
import { isObject, isThenable, PromiseSearch } from "./promise-search.ts";

/**
 * True when one of the arguments is itself a promise: an object or function with a callable `then`, as for `await`. So
 * futures, promises of other libraries and of other realms count.
 */
export function hasPromise(values: readonly unknown[]): boolean {
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index];
    if (isObject(value) && isThenable(value)) return true;
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
  const { promises, parents } = survey(values);
  const settling = Promise.all(promises);
  settling.catch(ignore); // a getter that throws below must not leave it without a handler
  const copies = new Map<unknown, PreparedCopy>();
  for (const container of withAncestors(promises, parents).add(values))
    copies.set(container, prepareCopy(container));
  const settled = await settling;
  const results = new Map<unknown, unknown>(promises.map((promise, index) => [promise, settled[index]]));
  const replace: Replace = (value) =>
    results.has(value) ? results.get(value) : (copies.get(value)?.copy ?? value);
  for (const { fill } of copies.values()) fill(replace);
  return copies.get(values)?.copy as unknown[];
}

/** Finds every promise, and in which containers each promise and container lies. */
function survey(values: readonly unknown[]): {
  readonly promises: readonly object[];
  readonly parents: ReadonlyMap<object, ReadonlySet<Container>>;
} {
  const promises = new Set<object>();
  const parents = new Map<object, Set<Container>>();
  const seen = new Set<Container>([values]);
  for (const container of seen) {
    someChild(container, (value) => {
      if (!isObject(value)) return false;
      if (promises.has(value) || isThenable(value)) promises.add(value);
      else if (isContainer(value)) seen.add(value);
      else return false;
      const known = parents.get(value);
      if (known === undefined) parents.set(value, new Set([container]));
      else known.add(container);
      return false;
    });
  }
  return { promises: [...promises], parents };
}

/** All containers from which a promise can be reached. */
function withAncestors(
  promises: readonly object[],
  parents: ReadonlyMap<object, ReadonlySet<Container>>,
): Set<Container> {
  const ancestors = new Set<Container>();
  for (const promise of promises) for (const parent of parents.get(promise) ?? []) ancestors.add(parent);
  for (const container of ancestors) for (const parent of parents.get(container) ?? []) ancestors.add(parent);
  return ancestors;
}

function ignore(): void {}
