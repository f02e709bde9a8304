import { METHOD_MASK } from "../protocol/frame.ts";
import { ownsSite } from "../protocol/worker-class.ts";
import { isReservedName } from "./reserved-names.ts";

/** Members of a worker that the framework calls, and those that every object has: they are no methods of a pool. */
const HIDDEN: ReadonlySet<string> = new Set([
  "onStart",
  "onStop",
  ...Object.getOwnPropertyNames(Object.prototype),
]);

const WHY_RESERVED: ReadonlyMap<string, string> = new Map([
  ["then", "would make its pool a promise"],
  ["toJSON", "would change how its pool is shown as JSON"],
]);

const known = new WeakMap<object, readonly string[]>();

/**
 * The names of a class's public methods, those of its ancestors first; always the same list for one class.
 *
 * @throws {TypeError} When a method has a name that a pool needs for itself.
 */
export function publicMethods(workerClass: WithPrototype): readonly string[] {
  const existing = known.get(workerClass);
  if (existing !== undefined) return existing;
  const methods = findMethods(workerClass);
  known.set(workerClass, methods);
  return methods;
}

interface WithPrototype {
  readonly prototype: object;
  readonly name: string;
}

function findMethods(workerClass: WithPrototype): readonly string[] {
  const methods: string[] = [];
  for (const [name, member] of membersOf(workerClass.prototype)) {
    if (typeof member.value !== "function" || name.startsWith("_") || HIDDEN.has(name)) continue;
    if (isReservedName(name)) throw reserved(workerClass.name, name);
    methods.push(name);
  }
  // A call carries the place of its method in so many bits.
  if (methods.length <= METHOD_MASK) return Object.freeze(methods);
  throw new RangeError(`${workerClass.name} must have at most ${METHOD_MASK} methods, got ${methods.length}`);
}

/** Every named member of a prototype chain, ancestors first; of two with one name the one that hides the other. */
function membersOf(prototype: object): ReadonlyMap<string, PropertyDescriptor> {
  const chain: object[] = [];
  let at: object | null = prototype;
  while (at !== null && at !== Object.prototype && !ownsSite(at)) {
    chain.unshift(at);
    at = Object.getPrototypeOf(at);
  }
  return new Map(chain.flatMap((link) => Object.entries(Object.getOwnPropertyDescriptors(link))));
}

function reserved(className: string, name: string): TypeError {
  const why = WHY_RESERVED.get(name) ?? "is a member of every pool";
  return new TypeError(`${className || "(anonymous)"} can't have a method "${name}": it ${why}. Rename it.`);
}
