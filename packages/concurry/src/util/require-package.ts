import { bareUrl, callSite } from "./call-site.ts";

/**
 * Loads a package in the same turn.
 *
 * @throws Where it isn't to be found, as in a bundle.
 */
export function requirePackage(name: string): unknown {
  const { createRequire } = process.getBuiltinModule("node:module");
  // Asked of the stack, since `import.meta` is empty in a CommonJS bundle.
  const site = callSite(requirePackage);
  return createRequire(bareUrl(site?.url ?? ""))(name);
}
