import { nearest } from "../util/nearest.ts";
import { show } from "../util/show.ts";
import type { Engine } from "./engine.ts";
import { asyncEngine, syncEngine } from "./inline/engine.ts";
import { processEngine } from "./process/engine.ts";
import { threadEngine } from "./thread/engine.ts";

const engines = new Map<string, Engine>([
  ["sync", syncEngine],
  ["async", asyncEngine],
  ["thread", threadEngine],
  ["process", processEngine],
]);

/** Makes an engine known under a mode's name; for packages that bring one. The last one of a name counts. */
export function registerEngine(name: string, engine: Engine): void {
  engines.set(name, engine);
}

/**
 * The engine of a mode; an engine that was given stands for itself.
 *
 * @throws {Error} For `"ray"`, until its package is imported.
 * @throws {RangeError} For a name that no engine has.
 * @throws {TypeError} For anything that is neither a name nor an engine.
 */
export function resolveEngine(mode: string | Engine): Engine {
  if (typeof mode === "string") return engines.get(mode) ?? refuse(mode);
  if (typeof mode === "object" && mode !== null && typeof mode.spawn === "function") return mode;
  throw new TypeError(`mode must be a name or an engine, got ${show(mode)}`);
}

function refuse(mode: string): never {
  if (mode === "ray") {
    throw new Error(
      'mode "ray" needs a package of its own: npm install @concurry/ray, then import "@concurry/ray" before the pool is made',
    );
  }
  const names = [...engines.keys()];
  const near = nearest(mode, names);
  const hint = near === undefined ? "" : ` Did you mean "${near}"?`;
  throw new RangeError(`mode must be one of ${names.map(show).join(", ")}, got ${show(mode)}.${hint}`);
}
