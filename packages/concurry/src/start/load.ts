import { readFileSync } from "node:fs";
import Module, { createRequire } from "node:module";
import { join } from "node:path";
import { Script } from "node:vm";
import type { Loader } from "../util/loader.ts";

const FILE: string = join(__dirname, "concurry.cjs");

/** The whole package, with what starts a host. */
type Whole = typeof import("../whole.ts");

/**
 * Loads the package: one script for the program and for its hosts, once in each thread.
 *
 * Compiled by hand, so that hosts can be given what V8 has made of it in the program: compiling half a megabyte takes a
 * new thread longer than all the rest that we do there.
 *
 * @param compiled What the program's loader has compiled; not needed, and passed over where it doesn't fit.
 */
export function load(compiled?: Uint8Array): Whole {
  // Where `require` would look for it: all who load this file have one copy.
  const require = createRequire(FILE);
  const known = require.cache[FILE];
  if (known !== undefined) return known.exports as Whole;
  // A function, as the build has written it, in one byte per character: half a megabyte put together or decoded here
  // would take a new thread another 2 ms.
  const source = readFileSync(FILE, "latin1");
  const script = new Script(source, {
    filename: FILE,
    ...(compiled !== undefined && { cachedData: compiled }),
  });
  const module = new Module(FILE);
  module.filename = FILE;
  require.cache[FILE] = module;
  const run = script.runInThisContext() as (...values: unknown[]) => void;
  run.call(
    module.exports,
    module.exports,
    require,
    module,
    FILE,
    __dirname,
    // What doesn't fit here, as where flags of V8 differ, is of no use to the hosts of this program either.
    loaderOf(script, script.cachedDataRejected === true ? undefined : compiled),
  );
  module.loaded = true;
  return module.exports as Whole;
}

function loaderOf(script: Script, compiled: Uint8Array | undefined): Loader {
  let shared = compiled;
  return {
    importModule: (specifier) => import(specifier),
    compiledCode: () => {
      shared ??= inSharedMemory(script.createCachedData());
      return shared;
    },
  };
}

function inSharedMemory(bytes: Uint8Array): Uint8Array {
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  return shared;
}
