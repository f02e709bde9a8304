import { AsyncLocalStorage } from "node:async_hooks";
import { realm } from "../protocol/realm.ts";
import { checkConfig } from "./check-options.ts";
import type { Config, Mode, WorkerOptions } from "./options.ts";

/** A configuration, and the one around it. */
interface Layer {
  readonly config: Config;
  readonly outer: Layer | undefined;
}

interface Configuration {
  /** What `configure` set. */
  program: Config;
  /** What `withConfig` set for the running code; made at its first use, since it makes each `await` dearer. */
  storage: AsyncLocalStorage<Layer> | undefined;
}

/**
 * Sets defaults for the pools of this program that are made from now on, by mode or for all of them.
 *
 * Called again, it adds to what was set; an option set again is replaced. Weaker than `options()`, `static config`
 * on the class and `withConfig`. It holds for this thread or process only; a worker's own module may call it, too.
 *
 * @param config Options by mode, and `defaults` for all modes; may give the `mode` itself in `defaults`.
 * @throws {TypeError} When an option is unknown or of the wrong type.
 * @throws {RangeError} When an option is out of range.
 * @example
 * configure({ thread: { maxWorkers: 8 }, defaults: { startTimeoutMs: 10_000 } });
 */
export function configure(config: Config): void {
  const checked = checkConfig("configure()", config);
  const known = configuration();
  known.program = merge(known.program, checked);
}

/**
 * Runs a function; `options()` called in it, also after an `await`, sees other defaults. May be nested: inner ones
 * count more. What was before holds again when it returns or throws.
 *
 * @param overrides As for {@link configure}.
 * @returns What the function returns.
 * @throws {TypeError} When an option is unknown or of the wrong type.
 * @throws {RangeError} When an option is out of range.
 * @example
 * const pool = withConfig({ defaults: { mode: "sync" } }, () => Embedder.options().init("./model.bin"));
 */
export function withConfig<Result>(overrides: Config, run: () => Result): Result {
  const config = checkConfig("withConfig()", overrides);
  const known = configuration();
  known.storage ??= new AsyncLocalStorage();
  return known.storage.run({ config, outer: known.storage.getStore() }, run);
}

/** The mode that the configuration gives, if it does. */
export function configuredMode(): WorkerOptions["mode"] {
  return configs().find((config) => config.defaults?.mode !== undefined)?.defaults?.mode;
}

/** What the configuration says of pools of a mode; what counts more stands first. */
export function configuredOptions(mode: string): readonly WorkerOptions[] {
  return configs().flatMap((config) => [config[mode as Mode] ?? {}, config.defaults ?? {}]);
}

function configs(): readonly Config[] {
  const { program, storage } = configuration();
  const found: Config[] = [];
  for (let layer = storage?.getStore(); layer !== undefined; layer = layer.outer) found.push(layer.config);
  return [...found, program];
}

/** Kept where all copies of the package find it. */
function configuration(): Configuration {
  const { registries } = realm();
  const known = registries.get("configuration") as Configuration | undefined;
  if (known !== undefined) return known;
  const created: Configuration = { program: {}, storage: undefined };
  registries.set("configuration", created);
  return created;
}

function merge(weaker: Config, stronger: Config): Config {
  const sections = new Set([...Object.keys(weaker), ...Object.keys(stronger)]) as Set<keyof Config>;
  return Object.fromEntries([...sections].map((name) => [name, { ...weaker[name], ...stronger[name] }]));
}
