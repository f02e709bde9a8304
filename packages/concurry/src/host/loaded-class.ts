import type { LoadHints } from "../protocol/frame.ts";

/** A worker class that a host has found. */
export interface LoadedClass {
  readonly workerClass: new (...constructorArguments: unknown[]) => object;
  /** How it was found, for the debug line. */
  readonly via: string;
  /** Name under which the module of the class exports an error class. */
  readonly exportName: (errorClass: unknown) => string | undefined;
  /** What the module of the class exports under a name. */
  readonly exported: (name: string) => unknown;
}

/** A failure to load a class, and whether another host with hints may do better. */
export class LoadFailure {
  readonly error: unknown;
  readonly respawn: LoadHints | undefined;

  constructor(error: unknown, respawn?: LoadHints) {
    this.error = error;
    this.respawn = respawn;
  }
}
