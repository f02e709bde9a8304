/** What the file that loads this package as one script knows of it. */
export interface Loader {
  /** `import()`, which a script that was compiled by hand doesn't have. */
  readonly importModule: (specifier: string) => Promise<unknown>;
  /** What V8 has compiled of the script so far, in memory that threads can share. */
  readonly compiledCode: () => Uint8Array;
}

/** Given to the script by the one that loads it; a bundle has none. */
declare const concurryLoader: Loader | undefined;

const loader: Loader | undefined = typeof concurryLoader === "undefined" ? undefined : concurryLoader;

/** Imports a module by its URL, or a package that no bundler is to follow. */
export function importModule(specifier: string): Promise<unknown> {
  if (loader !== undefined) return loader.importModule(specifier);
  return import(/* webpackIgnore: true */ /* @vite-ignore */ specifier);
}

/** What a new host may take over instead of compiling it again; undefined in a bundle. */
export function compiledCode(): Uint8Array | undefined {
  return loader?.compiledCode();
}
