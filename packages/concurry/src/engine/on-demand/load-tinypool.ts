/** The module that starts threads and processes for one call each. */
export type TinypoolModule = typeof import("tinypool");

// Named apart from the import, so that no bundler follows it: tinypool starts files that lie beside its own.
const NAME: string = "tinypool";

let loaded: Promise<TinypoolModule> | undefined;

/**
 * Loads tinypool when it is first needed.
 *
 * @throws {Error} When it can't be found, as from a bundle that is run elsewhere.
 */
export function loadTinypool(): Promise<TinypoolModule> {
  loaded ??= (import(/* webpackIgnore: true */ /* @vite-ignore */ NAME) as Promise<TinypoolModule>).catch(
    (cause: unknown) => {
      loaded = undefined;
      throw new Error('On-demand pools need the package "tinypool", beside the program or its bundle.', {
        cause,
      });
    },
  );
  return loaded;
}
