import { types } from "node:util";
import { type KnownNames, misspelt, NAMES } from "./misspelt.ts";

/** Where an object with methods keeps what its calls go to. */
export const CORE: unique symbol = Symbol("concurry.core");

/** Takes the calls of an object that has the methods of a worker class. */
export interface CallCore {
  /** Calls the method at this place in the list of methods. */
  call(methodIndex: number, callArguments: unknown[]): unknown;
  /** Calls the generator method at this place. */
  stream(methodIndex: number, callArguments: unknown[]): unknown;
}

/** An object that has the methods of a worker class: a pool, one of `pool.workers`, `pool.broadcast`. */
export interface MethodsObject<Core extends CallCore = CallCore> {
  readonly [CORE]: Core;
}

interface MethodsObjectClass {
  new <Core extends CallCore>(core: Core): MethodsObject<Core>;
  readonly prototype: MethodsObject;
}

/**
 * Their base. The methods are real functions on a real prototype; only names that nothing on the way has get to the
 * last prototype, a Proxy that knows misspelt ones.
 */
export const MethodsObject: MethodsObjectClass = class {
  constructor(core: CallCore) {
    // Hidden, so that a printed pool is not a page long.
    Object.defineProperty(this, CORE, { value: core });
  }
} as MethodsObjectClass;

type MethodsClass<Core extends CallCore, Instance> = new (core: Core) => Instance;

interface AnyClass {
  readonly name: string;
  readonly prototype: object;
}

const classes = new WeakMap<object, WeakMap<object, unknown>>();

/**
 * The class of the pools of a worker class: `Members` with a method for each of `methods`. Made once.
 *
 * @param Members A subclass of `MethodsObject`, or that itself.
 */
export function poolClassFor<Core extends CallCore, Instance extends MethodsObject<Core>>(
  workerClass: AnyClass,
  methods: readonly string[],
  Members: MethodsClass<Core, Instance>,
): MethodsClass<Core, Instance> {
  const ofMembers = classes.get(Members) ?? new WeakMap<object, unknown>();
  classes.set(Members, ofMembers);
  const existing = ofMembers.get(workerClass);
  if (existing !== undefined) return existing as MethodsClass<Core, Instance>;
  const made = makeClass(workerClass, methods, Members as MethodsClass<Core, MethodsObject<Core>>);
  ofMembers.set(workerClass, made);
  return made as MethodsClass<Core, Instance>;
}

/** An object that has just the methods, without the members of a pool. */
export function methodsObjectFor(
  workerClass: AnyClass,
  methods: readonly string[],
  core: CallCore,
): MethodsObject {
  return new (poolClassFor(workerClass, methods, MethodsObject))(core);
}

function makeClass<Core extends CallCore>(
  workerClass: AnyClass,
  methods: readonly string[],
  Members: MethodsClass<Core, MethodsObject<Core>>,
): MethodsClass<Core, MethodsObject<Core>> {
  const Made = class extends Members {};
  const className = workerClass.name || "(anonymous)";
  Object.defineProperty(Made, "name", { value: `Pool of ${className}` });
  const names: KnownNames = { className, methods, members: memberNames(Members.prototype) };
  Object.defineProperty(Made.prototype, NAMES, { value: names });
  for (const [index, name] of methods.entries()) {
    const isGenerator = types.isGeneratorFunction(Reflect.get(workerClass.prototype, name));
    const value = isGenerator ? methodThatStreams(name, index) : methodThatCalls(name, index);
    Object.defineProperty(Made.prototype, name, { value, writable: true, configurable: true });
  }
  return Made;
}

function methodThatCalls(name: string, index: number): unknown {
  // A computed name in a literal is the function's own `name`.
  const holder = {
    [name](this: MethodsObject | undefined, ...callArguments: unknown[]): unknown {
      const core = this?.[CORE];
      if (core === undefined) throw withoutPool(name);
      return core.call(index, callArguments);
    },
  };
  return holder[name];
}

function methodThatStreams(name: string, index: number): unknown {
  const holder = {
    [name](this: MethodsObject | undefined, ...callArguments: unknown[]): unknown {
      const core = this?.[CORE];
      if (core === undefined) throw withoutPool(name);
      return core.stream(index, callArguments);
    },
  };
  return holder[name];
}

function withoutPool(name: string): TypeError {
  return new TypeError(`"${name}" was called without its pool: write pool.${name}(…)`);
}

/** The names that a pool has besides, as they stand in its class. */
function memberNames(prototype: object): string[] {
  if (prototype === MethodsObject.prototype) return [];
  return Object.getOwnPropertyNames(prototype).filter((name) => name !== "constructor");
}

Object.setPrototypeOf(MethodsObject.prototype, misspelt);
