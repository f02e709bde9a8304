import { type InspectOptions, inspect } from "node:util";

/** Lets `console.log` show objects of a class by its name and these facts. */
export function showAs<T extends object>(
  { prototype }: { readonly prototype: T },
  name: string,
  factsOf: (shown: T) => object,
): void {
  Object.defineProperty(prototype, inspect.custom, {
    value(this: T, depth: number, options: InspectOptions): string {
      return depth < 0 ? `[${name}]` : `${name} ${inspect(factsOf(this), options)}`;
    },
  });
}
