import { realm } from "../protocol/realm.ts";
import { type DefinitionSite, SITE } from "../protocol/worker-class.ts";
import { bareUrl, callSite } from "../util/call-site.ts";

export { definitionSite, ownsSite } from "../protocol/worker-class.ts";

/**
 * Makes `class X extends Base` tell where X is defined, with nothing asked of the user.
 *
 * `extends` reads `prototype` of what it extends exactly once. A bound function has no own `prototype`, so it can
 * have a getter, which looks at the stack and hands out one tagged prototype per place. (A Proxy could do the
 * same, but can't tell `extends` from `instanceof`, and makes every construction and static call slower.)
 *
 * @param Base The class; it must not use `this` for its static private members, and must refuse `new.target === Base`.
 */
export function withDefinitionSites<T extends abstract new (...constructorArguments: never[]) => object>(
  Base: T,
): T {
  const bound: unknown = Function.prototype.bind.call(Base, undefined);
  const worker = bound as T;
  Object.setPrototypeOf(worker, Base);
  const readPrototype = (): object => taggedPrototype(Base, callSite(readPrototype));
  Object.defineProperty(worker, "prototype", { get: readPrototype, enumerable: false, configurable: false });
  for (const named of [Base, worker])
    Object.defineProperty(named, "name", { value: "Worker", configurable: true });
  realm().bases.push(Base);
  return worker;
}

function taggedPrototype(
  Base: abstract new (...constructorArguments: never[]) => object,
  place: { readonly url: string; readonly line: number; readonly column: number } | undefined,
): object {
  const { sites, siteCounts, bases } = realm();
  const { url, line, column } = place ?? { url: "", line: 0, column: 0 };
  const key = `${bases.indexOf(Base)} ${line}:${column} ${url}`;
  const known = sites.get(key);
  if (known !== undefined) return known;
  const file = bareUrl(url);
  const order = siteCounts.get(file) ?? 0;
  siteCounts.set(file, order + 1);
  const site: DefinitionSite = { url, line, column, order };
  const tagged = Object.create(Base.prototype, { [SITE]: { value: site } }) as object;
  sites.set(key, tagged);
  return tagged;
}
