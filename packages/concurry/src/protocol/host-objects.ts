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
  const seen = new Set<object>();
  const rest: object[] = [value];
  const visit = (inner: unknown): void => {
    if (typeof inner !== "object" || inner === null || seen.has(inner)) return;
    seen.add(inner);
    rest.push(inner);
  };
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    const name = hostClassOf(next);
    if (name !== undefined) throw new Error(`#<${name}> could not be cloned.`);
    visitContents(next, visit);
  }
}

/** The name of an object's class when its content can't be written as bytes. */
export function hostClassOf(value: object): string | undefined {
  if (types.isProxy(value)) return undefined;
  const prototype: object | null = Object.getPrototypeOf(value);
  if (prototype === null || prototype === Object.prototype || prototype === Array.prototype) return undefined;
  if (verdicts.has(prototype)) return verdicts.get(prototype);
  const verdict = judge(prototype);
  verdicts.set(prototype, verdict);
  return verdict;
}

function visitContents(value: object, visit: (inner: unknown) => void): void {
  if (ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value) || types.isProxy(value)) return;
  if (types.isMap(value)) {
    for (const [key, item] of Map.prototype.entries.call(value)) {
      visit(key);
      visit(item);
    }
  } else if (types.isSet(value)) {
    for (const item of Set.prototype.values.call(value)) visit(item);
  } else if (Array.isArray(value) && isLoopable(value)) {
    for (let index = 0; index < value.length; index += 1) visit(value[index]);
    return;
  }
  for (const name of Object.keys(value)) visit(Object.getOwnPropertyDescriptor(value, name)?.value);
  if (types.isNativeError(value)) visit(Object.getOwnPropertyDescriptor(value, "cause")?.value);
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
