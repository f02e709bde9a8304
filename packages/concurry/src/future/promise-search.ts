import { type Container, isContainer, someChild } from "../protocol/containers.ts";
import { hasThen } from "../protocol/thenable.ts";
import { isObject } from "../util/is-object.ts";
import { keepShape } from "../util/keep-shape.ts";

/** Up to so many containers a look at each is quicker than a set. */
const FEW_CONTAINERS = 32;

/** Looks for a first promise in values and what they hold; runs for each call in sync and async mode, so it is quick. */
export class PromiseSearch {
  #nodesLeft: number;
  /** What is still to be looked into, and what has been: none is looked into twice. */
  readonly #containers: Container[] = [];
  #known: Set<Container> | undefined;
  readonly #isBounded: boolean;

  constructor(nodeLimit: number) {
    this.#nodesLeft = nodeLimit;
    this.#isBounded = nodeLimit !== Number.POSITIVE_INFINITY;
  }

  /** True when a promise was found before the limit was reached. */
  run(values: readonly unknown[]): boolean {
    if (this.#someItem(values)) return this.#nodesLeft >= 0;
    for (let place = 0; place < this.#containers.length; place += 1) {
      if (this.#searchIn(this.#containers[place] as Container)) return this.#nodesLeft >= 0;
    }
    return false;
  }

  #searchIn(container: Container): boolean {
    // Item by item, since the keys of a long array would take longer than the call.
    if (this.#isBounded && Array.isArray(container)) return this.#someItem(container);
    if (Object.getPrototypeOf(container) === Object.prototype) return this.#someField(container);
    return someChild(container, (value) => this.#endsAt(value));
  }

  #someItem(items: readonly unknown[]): boolean {
    for (let index = 0; index < items.length; index += 1) if (this.#endsAt(items[index])) return true;
    return false;
  }

  #someField(container: Container): boolean {
    for (const key of Object.keys(container)) {
      if (this.#endsAt((container as Readonly<Record<string, unknown>>)[key])) return true;
    }
    return false;
  }

  /** True at a promise, and once the limit is reached. */
  #endsAt(value: unknown): boolean {
    this.#nodesLeft -= 1;
    if (this.#nodesLeft < 0) return true;
    if (!isObject(value)) return false;
    if (hasThen(value)) return true;
    if (isContainer(value)) this.#note(value);
    return false;
  }

  #note(container: Container): void {
    if (this.#known === undefined) {
      if (this.#containers.includes(container)) return;
      if (this.#containers.length === FEW_CONTAINERS) this.#known = new Set(this.#containers);
    }
    if (this.#known?.has(container)) return;
    this.#known?.add(container);
    this.#containers.push(container);
  }
}

keepShape(new PromiseSearch(1));
