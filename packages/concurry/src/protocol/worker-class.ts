/** Marks the prototype that stands between a worker class and its base; all copies of the package use the same. */
export const SITE: unique symbol = Symbol.for("concurry.site");

/** Where a class was defined, as positions of the code that runs (never source-mapped). */
export interface DefinitionSite {
  /** A `file:` URL, or whatever the engine calls the code, as `[eval]`. */
  readonly url: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** How many sites of the same file came before. */
  readonly order: number;
}

/** A class that a host may build. */
export type WorkerClass = new (...constructorArguments: unknown[]) => object;

/** True for the object at which the walk for public methods ends. */
export function ownsSite(prototype: object): boolean {
  return Object.hasOwn(prototype, SITE);
}

/** Where `workerClass` was defined, if it extends `Worker` itself; undefined for subclasses of subclasses. */
export function definitionSite(workerClass: unknown): DefinitionSite | undefined {
  const prototype = prototypeOf(workerClass);
  const parent = prototype === undefined ? undefined : Object.getPrototypeOf(prototype);
  return parent != null && ownsSite(parent) ? (parent as Tagged)[SITE] : undefined;
}

/** Where `workerClass`, or else its nearest ancestor that extends `Worker` itself, was defined. */
export function nearestSite(workerClass: unknown): DefinitionSite | undefined {
  for (let at = prototypeOf(workerClass); at != null; at = Object.getPrototypeOf(at)) {
    if (ownsSite(at)) return (at as Tagged)[SITE];
  }
  return undefined;
}

/** True for classes that extend `Worker`, of any copy of the package. */
export function isWorkerClass(value: unknown): value is WorkerClass {
  return nearestSite(value) !== undefined;
}

/** The name that parent and host know a class by; `""` for anonymous ones, however a loader calls those. */
export function classNameOf(workerClass: object): string {
  const name: unknown = Reflect.get(workerClass, "name");
  return typeof name === "string" && name !== "default" ? name : "";
}

interface Tagged {
  readonly [SITE]: DefinitionSite;
}

// Looked up as an own property: reading `Worker.prototype` itself would make a site here.
function prototypeOf(value: unknown): object | undefined {
  if (typeof value !== "function") return undefined;
  const prototype: unknown = Object.getOwnPropertyDescriptor(value, "prototype")?.value;
  return typeof prototype === "object" && prototype !== null ? prototype : undefined;
}
