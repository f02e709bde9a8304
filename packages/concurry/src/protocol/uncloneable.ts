import { types } from "node:util";
import type { Wire } from "./connection.ts";
import { hostClassOf } from "./host-objects.ts";
import { isThenable } from "./thenable.ts";
import { isDetached } from "./transfer.ts";
import { toBytes } from "./v8-bytes.ts";

/** What keeps a value from being sent. */
export interface Uncloneable {
  /** Way from the value to it, as `"[0].items.callback"`; `""` for the value itself. */
  readonly path: string;
  /** What it is, as `"a function"`. */
  readonly reason: string;
}

/**
 * Finds the first thing inside a value that can't cross `wire`. Slow; for error messages.
 *
 * @param moved What is in the transfer list, and so is no obstacle; but on a wire of bytes, where nothing moves.
 */
export function findUncloneable(
  value: unknown,
  wire: Wire = "clone",
  moved: readonly unknown[] = [],
): Uncloneable | undefined {
  if (wire === "reference") return undefined;
  const leaving = new Set(wire === "clone" ? moved : []);
  try {
    const found = search(value, "", { wire, moved: leaving, seen: new Set() });
    if (found !== undefined || leaving.size > 0) return found;
    copy(value, wire);
    return undefined;
  } catch (error) {
    if (error instanceof RangeError) return { path: "", reason: "nested too deeply" };
    return { path: "", reason: `something that can't be cloned (${messageOf(error)})` };
  }
}

interface Search {
  readonly wire: Wire;
  readonly moved: ReadonlySet<unknown>;
  readonly seen: Set<unknown>;
}

function search(value: unknown, path: string, state: Search): Uncloneable | undefined {
  const reason = primitiveReason(value);
  if (reason !== undefined) return { path, reason };
  if (typeof value !== "object" || value === null) return undefined;
  const isMoved = state.moved.has(value) && !(types.isArrayBuffer(value) && isDetached(value));
  if (state.seen.has(value) || isMoved) return undefined;
  state.seen.add(value);
  const objectReason = reasonOf(value, state.wire);
  if (objectReason !== undefined) return { path, reason: objectReason };
  if (ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value)) return undefined;
  return searchContents(value, path, state) ?? searchItself(value, path, state);
}

function searchContents(value: object, path: string, state: Search): Uncloneable | undefined {
  if (types.isMap(value)) {
    let index = 0;
    for (const [key, item] of Map.prototype.entries.call(value)) {
      const place = typeof key === "string" || typeof key === "number" ? JSON.stringify(key) : undefined;
      const way = place === undefined ? `.values()[${index}]` : `.get(${place})`;
      const found = search(key, `${path}.keys()[${index}]`, state) ?? search(item, path + way, state);
      if (found !== undefined) return found;
      index += 1;
    }
  } else if (types.isSet(value)) {
    let index = 0;
    for (const item of Set.prototype.values.call(value)) {
      const found = search(item, `${path}.values()[${index}]`, state);
      if (found !== undefined) return found;
      index += 1;
    }
  }
  return searchFields(value, path, state);
}

function searchFields(value: object, path: string, state: Search): Uncloneable | undefined {
  const names = types.isNativeError(value) && Object.hasOwn(value, "cause") ? ["cause"] : Object.keys(value);
  for (const name of names) {
    const way = path + step(name, Array.isArray(value));
    let item: unknown;
    try {
      item = (value as Record<string, unknown>)[name];
    } catch (error) {
      return { path: way, reason: `a getter that throws (${messageOf(error)})` };
    }
    const found = search(item, way, state);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Asks the cloner about an object of a class, when nothing inside it is at fault. */
function searchItself(value: object, path: string, state: Search): Uncloneable | undefined {
  const prototype: object | null = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === Array.prototype || state.moved.size > 0)
    return undefined;
  try {
    copy(value, state.wire);
    return undefined;
  } catch (error) {
    if (error instanceof RangeError) throw error;
    return { path, reason: `an object that can't be cloned, of class ${classNameOf(value)}` };
  }
}

function primitiveReason(value: unknown): string | undefined {
  if (typeof value === "symbol") return "a symbol";
  if (typeof value !== "function") return undefined;
  return isThenable(value) ? "a promise" : "a function";
}

function reasonOf(value: object, wire: Wire): string | undefined {
  if (types.isProxy(value)) return "a Proxy";
  if (types.isPromise(value)) return "a promise";
  if (types.isWeakMap(value)) return "a WeakMap";
  if (types.isWeakSet(value)) return "a WeakSet";
  if (value instanceof WeakRef) return "a WeakRef";
  if (types.isGeneratorObject(value)) return "a generator";
  if (types.isArgumentsObject(value)) return "an arguments object";
  if (Object.hasOwn(value, "tryAcquireSync")) return "limits, which stay where they were made";
  const name = classNameOf(value);
  if (types.isArrayBuffer(value) && isDetached(value)) return "an ArrayBuffer that was moved away before";
  if (wire === "bytes") return bytesReason(value, name);
  return name === "MessagePort" ? "a MessagePort that is not in the transfer list" : undefined;
}

function bytesReason(value: object, name: string): string | undefined {
  const isShared =
    types.isSharedArrayBuffer(value) ||
    (ArrayBuffer.isView(value) && types.isSharedArrayBuffer(value.buffer));
  if (isShared) return "a SharedArrayBuffer, which can't leave its process";
  if (name === "MessagePort") return "a MessagePort, which can't leave its process";
  if (types.isKeyObject(value)) return "a KeyObject, which can't leave its process";
  const hostClass = hostClassOf(value);
  return hostClass === undefined ? undefined : `a ${hostClass}, which can't leave its process`;
}

function copy(value: unknown, wire: Wire): unknown {
  return wire === "bytes" ? toBytes(value) : structuredClone(value);
}

function step(name: string, isArray: boolean): string {
  if (isArray && /^\d+$/.test(name)) return `[${name}]`;
  return /^[A-Za-z_$][\w$]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}

function classNameOf(value: object): string {
  try {
    const name: unknown = value.constructor?.name;
    return typeof name === "string" && name !== "" ? name : "unknown";
  } catch {
    return "unknown";
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
