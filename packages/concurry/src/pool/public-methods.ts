import { METHOD_MASK } from "../protocol/frame.ts";
import { isReservedName } from "./reserved-names.ts";

/** Members of a worker that the framework calls, and those that every object has: they are no methods of a pool. */
const HIDDEN: ReadonlySet<string> = new Set([
  "onStart",
  "onStop",
  ...Object.getOwnPropertyNames(Object.prototype),
]);

/**
 * The names of a class's public methods, those of its ancestors first.
 *
 * @param isBase Tells the prototype at which the user's own classes end.
 * @throws {TypeError} When a method has a name that a pool needs for itself.
 */
export function publicMethods(
  workerClass: { readonly prototype: object; readonly name: string },
  isBase: (prototype: object) => boolean,
): readonly string[] {
  const methods: string[] = [];
  for (const [name, descriptor] of membersOf(workerClass.prototype, isBase)) {
    if (typeof descriptor.value !== "function" || name.startsWith("_") || HIDDEN.has(name)) continue;
    if (isReservedName(name)) throw reserved(workerClass.name, name);
    methods.push(name);
  }
  if (methods.length > METHOD_MASK) {
    throw new RangeError(
      `${workerClass.name} must have at most ${METHOD_MASK} methods, got ${methods.length}`,
    );
  }
  return methods;
}

/** Every named member of a prototype chain, ancestors first; of two with one name the one that hides the other. */
function membersOf(
  prototype: object,
  isBase: (prototype: object) => boolean,
): ReadonlyMap<string, PropertyDescriptor> {
  const chain: object[] = [];
  for (let at: object | null = prototype; at !== null && !isBase(at); at = Object.getPrototypeOf(at)) {
    if (at === Object.prototype) break;
    chain.unshift(at);
  }
  return new Map(chain.flatMap((at) => Object.entries(Object.getOwnPropertyDescriptors(at))));
}

function reserved(className: string, name: string): TypeError {
  const why =
    name === "then"
      ? "would make its pool a promise"
      : name === "toJSON"
        ? "would change how its pool is shown as JSON"
        : "is a member of every pool";
  return new TypeError(
    `${className || "(anonymous)"} can't have a method "${name}": "${name}" ${why}. Rename it.`,
  );
}
