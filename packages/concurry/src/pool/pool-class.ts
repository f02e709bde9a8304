import { nearest } from "../util/nearest.ts";

/** Where an object with methods keeps what its calls go to. */
export const CORE: unique symbol = Symbol("concurry.core");
const METHODS: unique symbol = Symbol("concurry.methods");

/** Takes the calls of an object that has the methods of a worker class. */
export interface CallCore {
  /** Calls the method at this place in the list of methods. */
  call(methodIndex: number, callArguments: unknown[]): unknown;
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
  Object.defineProperty(Made.prototype, METHODS, { value: { className, methods } satisfies MethodsOfClass });
  for (const [index, name] of methods.entries()) {
    const value = methodThatCalls(name, index);
    Object.defineProperty(Made.prototype, name, { value, writable: true, configurable: true });
  }
  return Made;
}

function methodThatCalls(name: string, index: number): unknown {
  // A computed name in a literal is the function's own `name`.
  const holder = {
    [name](this: MethodsObject | undefined, ...callArguments: unknown[]): unknown {
      const core = this?.[CORE];
      if (core === undefined)
        throw new TypeError(`"${name}" was called without its pool: write pool.${name}(…)`);
      return core.call(index, callArguments);
    },
  };
  return holder[name];
}

interface MethodsOfClass {
  readonly className: string;
  readonly methods: readonly string[];
}

/** What promises, JSON and `instanceof` look for; no method is near enough to these. */
const NEVER_MISSPELT: ReadonlySet<string> = new Set(["then", "catch", "finally", "toJSON"]);

/** How far a misspelt name may be from a method: short names are near to everything. */
function furthestFor(name: string): number {
  return name.length > 3 ? 2 : 1;
}

/** The last prototype: gives a function that throws for a misspelt method, undefined for all else. */
const misspelt = new Proxy(Object.create(Object.prototype) as object, {
  get(target, key, receiver): unknown {
    if (typeof key === "symbol" || key in target || NEVER_MISSPELT.has(key))
      return Reflect.get(target, key, receiver);
    const known = (receiver as { readonly [METHODS]?: MethodsOfClass } | undefined)?.[METHODS];
    const meant = known && nearest(key, known.methods, furthestFor(key));
    if (meant === undefined) return undefined;
    return (): never => {
      throw new TypeError(`${known?.className} has no method "${key}"; did you mean "${meant}"?`);
    };
  },
});
Object.setPrototypeOf(MethodsObject.prototype, misspelt);
