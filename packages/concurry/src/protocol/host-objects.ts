import { types } from "node:util";

// Objects whose content is not in their fields. Structured clone knows them; bytes of V8 would hold `{}`, silently.
const NEVER_BYTES = ["Blob", "File", "CryptoKey", "ReadableStream", "WritableStream", "TransformStream"];
// Those that structured clone refuses from Node 22 on, and empties before.
const REFUSED_SINCE_22 = ["URL", "URLSearchParams", "Headers", "Request", "Response", "FormData"];
// Index loops up to here; a longer array is looked at by its keys unless it seems to be dense.
const LONG_ARRAY = 1_000_000;

const verdicts = new WeakMap<object, string | undefined>();

/**
 * Refuses what V8's serializer would write as an empty object, or write so that it can't be read.
 *
 * @throws {Error} When there is such an object in the value.
 */
export function refuseHostObjects(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  const seen = new Set<object>([value]);
  // A set hands out what is added while it is gone through; no recursion, so that depth is no limit.
  const visit = (inner: unknown): void => {
    if (typeof inner === "object" && inner !== null) seen.add(inner);
  };
  for (const next of seen) {
    // Nothing is asked of a proxy: the serializer refuses it anyway.
    if (types.isProxy(next)) continue;
    const prototype: object | null = Object.getPrototypeOf(next);
    if (prototype === Object.prototype) visitFields(next, visit);
    else if (Array.isArray(next)) visitItems(next, visit);
    else if (prototype !== null) visitInstance(next, visit);
    else visitFields(next, visit);
  }
}

/** The name of an object's class when its content can't be written as bytes. */
export function hostClassOf(value: object): string | undefined {
  const prototype: object | null = types.isProxy(value) ? null : Object.getPrototypeOf(value);
  if (prototype === null) return undefined;
  if (verdicts.has(prototype)) return verdicts.get(prototype);
  const verdict = judge(prototype);
  verdicts.set(prototype, verdict);
  return verdict;
}

type Visit = (inner: unknown) => void;

function visitInstance(value: object, visit: Visit): void {
  const name = hostClassOf(value);
  if (name !== undefined) throw new Error(`#<${name}> could not be cloned.`);
  if (ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value)) return;
  if (types.isMap(value)) {
    for (const [key, item] of Map.prototype.entries.call(value)) {
      visit(key);
      visit(item);
    }
  } else if (types.isSet(value)) {
    for (const item of Set.prototype.values.call(value)) visit(item);
  } else if (types.isNativeError(value)) {
    visit(Object.getOwnPropertyDescriptor(value, "cause")?.value);
  } else {
    visitFields(value, visit);
  }
}

function visitItems(value: readonly unknown[], visit: Visit): void {
  if (!isLoopable(value)) visitFields(value, visit);
  else for (let index = 0; index < value.length; index += 1) visit(value[index]);
}

function visitFields(value: object, visit: Visit): void {
  const names = Object.keys(value);
  for (let index = 0; index < names.length; index += 1) {
    // A getter isn't run: it would run again at the writing, and might answer otherwise.
    visit(Object.getOwnPropertyDescriptor(value, names[index] as string)?.value);
  }
}

/** Dense, so that a loop over the places is cheaper than a list of the keys. */
function isLoopable(array: readonly unknown[]): boolean {
  const { length } = array;
  if (length <= 16) return false;
  return length < LONG_ARRAY || (Object.hasOwn(array, length - 1) && Object.hasOwn(array, length >> 1));
}

function judge(prototype: object): string | undefined {
  for (let next: object | null = prototype; next !== null; next = Object.getPrototypeOf(next)) {
    const hostClass: unknown = Object.getOwnPropertyDescriptor(next, "constructor")?.value;
    if (typeof hostClass === "function" && isHostClass(hostClass)) return hostClass.name;
  }
  return undefined;
}

function isHostClass(hostClass: { readonly name: string }): boolean {
  const { name } = hostClass;
  // Asked by name first: reading some of these globals loads their modules.
  if (NEVER_BYTES.includes(name)) return hostClass === globalNamed(name);
  if (REFUSED_SINCE_22.includes(name)) return hostClass === globalNamed(name) && isRefusedByClone();
  if (name === "Module") return hostClass === (globalNamed("WebAssembly") as { Module?: unknown }).Module;
  if (name !== "BlockList" && name !== "SocketAddress") return false;
  return hostClass === process.getBuiltinModule("node:net")[name];
}

function globalNamed(name: string): unknown {
  return (globalThis as Record<string, unknown>)[name];
}

function isRefusedByClone(): boolean {
  try {
    structuredClone(new URL("file:///"));
    return false;
  } catch {
    return true;
  }
}
