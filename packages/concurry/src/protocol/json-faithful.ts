import { types } from "node:util";
import { keepShape } from "../util/keep-shape.ts";
import { givesItems, isLendable } from "./lendable.ts";
import { isThenable } from "./thenable.ts";

/** A number, -0 and NaN too: a `Float64Array` keeps it, JSON may not. */
export const NUMBER = 0;
/** A string, boolean, bigint, `null` or `undefined`; of a list: primitives of which at least one is not JSON's. */
export const PRIMITIVE = 1;
/** An object that JSON copies as truly as structured clone does. */
export const JSON_FAITHFUL = 2;
/** Anything else: structured clone copies it, or fails on it. */
export const CLONE = 3;
/** The walk met something that can't be copied but replaced: a promise, a function, an iterable. */
export const REPLACEABLE = 4;
/** A list of primitives that JSON copies truly. */
export const JSON_PRIMITIVE = 5;

/** What {@link classify} answers. */
export type ValueKind = 0 | 1 | 2 | 3 | 4;
/** What {@link classifyArguments} answers. */
export type ArgumentsKind = 1 | 2 | 3 | 4 | 5;

const MAX_DEPTH = 16;
// Past so many values a clone is no dearer, and the walk would be time lost.
const MAX_NODES = 2000;
// Up to so many objects, looking through a list is faster than a Set.
const MAX_LISTED = 32;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

const objectPrototype = Object.prototype;
const { getOwnPropertyDescriptor, getPrototypeOf, keys } = Object;
const { isArray } = Array;
const { isProxy } = types;

/** Tells how one value can travel. Runs no code of the value's owner, but for getters of `then`, `next` and the like. */
export function classify(value: unknown): ValueKind {
  switch (typeof value) {
    case "number":
      return NUMBER;
    case "string":
    case "boolean":
    case "undefined":
    case "bigint":
      return PRIMITIVE;
    case "object":
      return value === null ? PRIMITIVE : classifyObject(value);
    case "function":
      return REPLACEABLE;
    default:
      return CLONE;
  }
}

/** Tells how a list of arguments can travel, in one walk for both ways: plain array or clone, JSON text or bytes. */
export function classifyArguments(list: readonly unknown[]): ArgumentsKind {
  let walk: Walk | undefined;
  let isJson = true;
  for (let index = 0; index < list.length; index += 1) {
    const value = list[index];
    if (typeof value === "object" && value !== null) {
      walk ??= newWalk();
      const kind = walkObject(value, 1, walk);
      if (kind !== JSON_FAITHFUL) return kind === REPLACEABLE ? REPLACEABLE : unlessOtherFollows(list, index);
    } else if (!isJsonPrimitive(value)) {
      if (typeof value === "function") return REPLACEABLE;
      if (typeof value === "symbol") return unlessOtherFollows(list, index);
      isJson = false;
    }
  }
  if (walk === undefined) return isJson ? JSON_PRIMITIVE : PRIMITIVE;
  return isJson ? JSON_FAITHFUL : CLONE;
}

/** True for the primitives that JSON copies truly: strings, booleans, `null`, and finite numbers but -0. */
export function isJsonPrimitive(value: unknown): boolean {
  switch (typeof value) {
    case "number":
      return isJsonNumber(value);
    case "string":
    case "boolean":
      return true;
    default:
      return value === null;
  }
}

/** What stands at the top level is always seen, also behind an argument that ended the walk. */
function unlessOtherFollows(list: readonly unknown[], after: number): typeof CLONE | typeof REPLACEABLE {
  for (let index = after + 1; index < list.length; index += 1) {
    const value = list[index];
    if (isThenable(value) || typeof value === "function") return REPLACEABLE;
    if (typeof value === "object" && value !== null && isLendable(value)) return REPLACEABLE;
  }
  return CLONE;
}

/** Not for proxies. */
function isReplaceable(value: object): boolean {
  return isThenable(value) || givesItems(value);
}

interface Walk {
  readonly seen: object[];
  more: Set<object> | undefined;
  nodesLeft: number;
}

function newWalk(): Walk {
  return { seen: [], more: undefined, nodesLeft: MAX_NODES };
}

keepShape(newWalk());

type WalkKind = typeof JSON_FAITHFUL | typeof CLONE | typeof REPLACEABLE;

function classifyObject(value: object): WalkKind {
  // Plain containers are the common case; all else is told apart without a walk.
  return walkObject(value, 1, newWalk());
}

function walkObject(value: object, depth: number, walk: Walk): WalkKind {
  walk.nodesLeft -= 1;
  // First of all: asking a proxy anything runs its handler.
  if (isProxy(value)) return CLONE;
  if (depth > MAX_DEPTH || walk.nodesLeft < 0 || !isFirstSight(value, walk)) return CLONE;
  if (isArray(value)) return walkArray(value, depth, walk);
  if (getPrototypeOf(value) !== objectPrototype) return isReplaceable(value) ? REPLACEABLE : CLONE;
  if ((value as { toJSON?: unknown }).toJSON !== undefined) return CLONE;
  // Not deeper: a look at each object would make the walk of all dearer.
  if (depth === 1 && (value as { [Symbol.asyncIterator]?: unknown })[Symbol.asyncIterator] !== undefined)
    return REPLACEABLE;
  return walkFields(value, depth, walk);
}

function walkFields(value: object, depth: number, walk: Walk): WalkKind {
  const names = keys(value);
  for (let index = 0; index < names.length; index += 1) {
    const name = names[index] as string;
    if (name === "__proto__" || hasEscapes(name)) return CLONE;
    const descriptor = getOwnPropertyDescriptor(value, name) as PropertyDescriptor;
    if (descriptor.get !== undefined || descriptor.set !== undefined) return CLONE;
    const field: unknown = descriptor.value;
    const kind = walkItem(field, depth, walk);
    if (kind !== JSON_FAITHFUL) return kind;
  }
  return JSON_FAITHFUL;
}

// The parser of Node 24 and 26 may read a field's name that is written with an escape as another one that it has read
// before: https://github.com/nodejs/node/issues/63785. Pairs of surrogates need no escape, yet they aren't worth a look.
function hasEscapes(name: string): boolean {
  for (let index = 0; index < name.length; index += 1) {
    const unit = name.charCodeAt(index);
    if (unit < 0x20 || unit === QUOTE || unit === BACKSLASH) return true;
    if (unit >= 0xd800 && unit <= 0xdfff) return true;
  }
  return false;
}

function walkArray(value: readonly unknown[], depth: number, walk: Walk): WalkKind {
  if ((value as { toJSON?: unknown }).toJSON !== undefined) return CLONE;
  if (value.length > walk.nodesLeft) return CLONE;
  // As many keys as items: neither holes nor extra fields, or both, and a hole is found below.
  if (keys(value).length !== value.length) return isReplaceable(value) ? REPLACEABLE : CLONE;
  for (let index = 0; index < value.length; index += 1) {
    const kind = walkItem(value[index], depth, walk);
    if (kind !== JSON_FAITHFUL) return kind;
  }
  return JSON_FAITHFUL;
}

function walkItem(item: unknown, depth: number, walk: Walk): WalkKind {
  switch (typeof item) {
    case "string":
    case "boolean":
      walk.nodesLeft -= 1;
      return JSON_FAITHFUL;
    case "number":
      walk.nodesLeft -= 1;
      return isJsonNumber(item) ? JSON_FAITHFUL : CLONE;
    case "object":
      return item === null ? JSON_FAITHFUL : walkObject(item, depth + 1, walk);
    case "function":
      return REPLACEABLE;
    default:
      return CLONE;
  }
}

function isJsonNumber(value: number): boolean {
  return value === 0 ? 1 / value > 0 : value - value === 0;
}

/** Notes an object; false when it was noted before. */
function isFirstSight(value: object, walk: Walk): boolean {
  const { seen } = walk;
  if (walk.more !== undefined) {
    if (walk.more.has(value)) return false;
    walk.more.add(value);
    return true;
  }
  for (let index = 0; index < seen.length; index += 1) {
    if (seen[index] === value) return false;
  }
  seen.push(value);
  if (seen.length > MAX_LISTED) walk.more = new Set(seen);
  return true;
}
