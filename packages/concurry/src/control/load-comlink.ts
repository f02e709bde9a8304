import { requirePackage } from "../util/require-package.ts";

/** The module that answers and asks on the control lane. */
export type Comlink = typeof import("comlink");

let comlink: Comlink | undefined;

/**
 * Loads comlink when it is first needed: a host's start must not wait for it.
 *
 * At once, where it can be required: 0.5 ms, against up to 8 where an import sets up Node's loader.
 */
export function loadComlink(): Comlink | Promise<Comlink> {
  if (comlink !== undefined) return comlink;
  try {
    comlink = requirePackage("comlink") as Comlink;
    return comlink;
  } catch {
    // A bundler took us in: it knows this form, and has put the module into the bundle.
    return import("comlink");
  }
}
