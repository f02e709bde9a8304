import { isObject } from "../util/is-object.ts";
import { type Container, isContainer, type PreparedCopy, prepareCopy, someChild } from "./containers.ts";

/**
 * Finds certain things in a list of values and what its arrays, plain objects, maps and sets hold, and makes a copy of
 * the list with other things in their places.
 *
 * Containers on the way to one are copied as they are at the finding, all else stays itself; the given ones are never
 * changed. Cycles and shared parts are kept.
 */
export class Replacement {
  /** What was found so far. */
  readonly found: Set<object> = new Set();
  readonly #values: readonly unknown[];
  readonly #copies: Map<unknown, PreparedCopy> = new Map();

  constructor(values: readonly unknown[]) {
    this.#values = values;
  }

  /** Looks for them. What a getter throws ends it, with `found` as far as it has come. */
  find(isWanted: (value: object) => boolean): void {
    const parents = survey(this.#values, isWanted, this.found);
    const reaching = new Set<Container>([this.#values]);
    for (const thing of this.found) for (const parent of parents.get(thing) ?? []) reaching.add(parent);
    for (const container of reaching) for (const parent of parents.get(container) ?? []) reaching.add(parent);
    for (const container of reaching) this.#copies.set(container, prepareCopy(container));
  }

  /** The copy. @param others What stands for each of those that were found. To be called once. */
  finish(others: ReadonlyMap<unknown, unknown>): unknown[] {
    const replace = (value: unknown): unknown =>
      others.has(value) ? others.get(value) : (this.#copies.get(value)?.copy ?? value);
    for (const { fill } of this.#copies.values()) fill(replace);
    return this.#copies.get(this.#values)?.copy as unknown[];
  }
}

type Parents = ReadonlyMap<object, ReadonlySet<Container>>;

/** Adds what is wanted to `found`, and tells in which containers each of them and each container lies. */
function survey(
  values: readonly unknown[],
  isWanted: (value: object) => boolean,
  found: Set<object>,
): Parents {
  const parents = new Map<object, Set<Container>>();
  const seen = new Set<Container>([values]);
  // A set goes on to what is added meanwhile: it is the list of what is still to be done, too.
  for (const container of seen) {
    someChild(container, (value) => {
      if (!isObject(value)) return false;
      if (found.has(value) || isWanted(value)) found.add(value);
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
