import { importModule } from "../../util/loader.ts";

/** The module that starts threads and processes for one call each. */
export type TinypoolModule = typeof import("tinypool");

let loaded: Promise<TinypoolModule> | undefined;

/**
 * Loads tinypool when it is first needed; no bundler takes it in, since it starts files that lie beside its own.
 *
 * @throws {Error} When it can't be found, as from a bundle that is run elsewhere.
 */
export function loadTinypool(): Promise<TinypoolModule> {
  loaded ??= (importModule("tinypool") as Promise<TinypoolModule>).catch((cause: unknown) => {
    loaded = undefined;
    throw new Error('On-demand pools need the package "tinypool", beside the program or its bundle.', {
      cause,
    });
  });
  return loaded;
}
