import { types } from "node:util";
import { isPlainObject } from "../util/check.ts";

/** An array, plain object, map or set: what promises and what can be lent are looked for in. */
export type Container = object;

/** Gives the value that is to stand in a copy instead of another. */
export type Replace = (value: unknown) => unknown;

/** A copy that is still empty, and what fills it. */
export interface PreparedCopy {
  readonly copy: Container;
  readonly fill: (replace: Replace) => void;
}

/** True for arrays, plain objects, maps and sets of any realm; instances of classes, also of subclasses of these, are none. */
export function isContainer(value: object): boolean {
  if (typeof value === "function") return false;
  try {
    // Array.prototype is an array itself, in each realm; the prototype of a subclass is none.
    if (Array.isArray(value)) return Array.isArray(Object.getPrototypeOf(value));
    return isPlainObject(value) || isBareCollection(value);
  } catch {
    return false; // a revoked proxy
  }
}

function isBareCollection(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Map.prototype || prototype === Set.prototype) return true;
  if (!types.isMap(value) && !types.isSet(value)) return false;
  // Of another realm: Map.prototype lies two steps from the end, the prototype of a subclass three.
  const parent: unknown = prototype === null ? null : Object.getPrototypeOf(prototype);
  return parent !== null && Object.getPrototypeOf(parent) === null;
}

/** Shows the values in a container to `visit`, until it answers true; tells whether it did. */
export function someChild(container: Container, visit: (value: unknown) => boolean): boolean {
  if (types.isMap(container)) {
    for (const [key, value] of container) if (visit(key) || visit(value)) return true;
    return false;
  }
  if (types.isSet(container)) {
    for (const item of container) if (visit(item)) return true;
    return false;
  }
  // Keys also of arrays: these may be sparse, or have fields beside their items.
  for (const key of Object.keys(container)) {
    if (visit((container as Readonly<Record<string, unknown>>)[key])) return true;
  }
  return false;
}

/** Takes down what is in a container now, and makes the empty copy that it goes into. */
export function prepareCopy(source: Container): PreparedCopy {
  if (types.isMap(source)) return copyOfMap([...source]);
  if (types.isSet(source)) return copyOfSet([...source]);
  return Array.isArray(source)
    ? copyOfFields(source, new Array(source.length))
    : copyOfFields(source, Object.create(Object.getPrototypeOf(source)));
}

function copyOfMap(entries: readonly (readonly [unknown, unknown])[]): PreparedCopy {
  const copy = new Map<unknown, unknown>();
  const fill = (replace: Replace): void => {
    for (const [key, value] of entries) copy.set(replace(key), replace(value));
  };
  return { copy, fill };
}

function copyOfSet(items: readonly unknown[]): PreparedCopy {
  const copy = new Set<unknown>();
  const fill = (replace: Replace): void => {
    for (const item of items) copy.add(replace(item));
  };
  return { copy, fill };
}

function copyOfFields(source: Container, copy: Container): PreparedCopy {
  const fields = Reflect.ownKeys(source)
    .filter((key) => Object.prototype.propertyIsEnumerable.call(source, key))
    .map((key) => [key, Reflect.get(source, key) as unknown] as const);
  const fill = (replace: Replace): void => {
    for (const [key, value] of fields) {
      // Defined and not assigned: an own field may be called `__proto__`.
      const field = { value: replace(value), configurable: true, enumerable: true, writable: true };
      Object.defineProperty(copy, key, field);
    }
  };
  return { copy, fill };
}
