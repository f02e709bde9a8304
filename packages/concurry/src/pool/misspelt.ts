import { editDistance, nearest } from "../util/nearest.ts";

/** Where the prototype of an object with methods keeps the names that may be misspelt. */
export const NAMES: unique symbol = Symbol("concurry.names");

/** What may be meant by a name that an object with methods hasn't. */
export interface KnownNames {
  readonly className: string;
  readonly methods: readonly string[];
  /** What the object has besides: methods of the pool itself, and what it keeps. */
  readonly members: readonly string[];
}

/** What promises, JSON and streams have, and a worker's hooks; nothing is near enough to these. */
const NEVER_MISSPELT: ReadonlySet<string> = new Set([
  ...["then", "catch", "finally", "toJSON", "closed"],
  ...["onStart", "onStop"],
]);

/** The last prototype: gives a function that throws for a misspelt method, undefined for all else. */
export const misspelt: object = new Proxy(Object.create(Object.prototype) as object, {
  get(target, key, receiver): unknown {
    if (typeof key === "symbol" || key in target || NEVER_MISSPELT.has(key))
      return Reflect.get(target, key, receiver);
    const known = (receiver as { readonly [NAMES]?: KnownNames } | undefined)?.[NAMES];
    const meant = known && nameMeant(key, known);
    if (meant === undefined) return undefined;
    const refuse = (): never => {
      throw new TypeError(`${known?.className} has no method "${key}"; did you mean "${meant}"?`);
    };
    return known?.methods.includes(meant) ? refuse : standInFor(receiver as object, meant, refuse);
  },
});

function nameMeant(name: string, { methods, members }: KnownNames): string | undefined {
  const method = nearest(name, methods, furthestMethod(name));
  const member = nearest(name, members, furthestMember(name));
  if (method === undefined || member === undefined) return method ?? member;
  const isMember = editDistance(name.toLowerCase(), member) < editDistance(name.toLowerCase(), method);
  return isMember ? member : method;
}

/** How far a misspelt name may be from a method: short names are near to everything. */
function furthestMethod(name: string): number {
  return name.length > 3 ? 2 : 1;
}

/** Less far, since these are there in every pool: `ok`, `done` and `size` mean none of them. */
function furthestMember(name: string): number {
  if (name.length > 4) return name.length > 5 ? 2 : 1;
  return name.length > 2 ? 1 : 0;
}

/** Of what a pool keeps, as `broadcast`, the first look inside tells; a claim, as `stopped`, is just not there. */
function standInFor(pool: object, member: string, refuse: () => never): unknown {
  const type = typeof Reflect.get(pool, member);
  if (type === "function") return refuse;
  if (type !== "object") return undefined;
  return new Proxy(refuse, {
    get: (target, key, self) =>
      typeof key === "symbol" || key in target ? Reflect.get(target, key, self) : refuse(),
  });
}
