import { requirePackage } from "../util/require-package.ts";

/** One bar of the library. What it shows is read from its payload. */
export type LibraryBar = object;

export interface LibraryOptions {
  readonly barsize: number;
}

/** Several bars of the library, one line each. `timer` and `terminal` are not in its manual; its version is fixed. */
export interface LibraryBars {
  /** Redraws ten times a second. */
  readonly timer: NodeJS.Timeout | null;
  readonly terminal: { cursorRelativeReset(): void };
  create(total: number, count: number, payload: object): LibraryBar;
  remove(bar: LibraryBar): boolean;
  update(): void;
  stop(): void;
  on(event: "update-pre" | "redraw-post" | "update-post", listener: () => void): unknown;
}

/** As much of cli-progress as is used. */
export interface CliProgress {
  readonly MultiBar: new (options: object, preset: object) => LibraryBars;
  readonly Format: { BarFormat(share: number, options: LibraryOptions): string };
  readonly Presets: { readonly shades_classic: object };
}

/** Loads the library that draws bars on a terminal: at once, since a loop that never yields wants to see its bar, too. */
export function loadCliProgress(): CliProgress | Promise<CliProgress> {
  try {
    return requirePackage("cli-progress") as CliProgress;
  } catch {
    // A bundler took us in: it knows this form, and has put the module into the bundle.
    // @ts-expect-error: it comes without types
    return import("cli-progress").then((found: { readonly default: CliProgress }) => found.default);
  }
}
