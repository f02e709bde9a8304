import type { HostSpec } from "../protocol/frame.ts";
import { realm } from "../protocol/realm.ts";
import { isThenable } from "../protocol/thenable.ts";
import { show } from "../util/show.ts";
import type { RunHook } from "./call-context.ts";

/** A worker that was constructed. */
export interface Lifecycle {
  readonly instance: object;
  /** Stands in warnings: `worker 0 of "Embedder"`. */
  readonly label: string;
  /** Settles with the worker's `onStart`; undefined when there is nothing to wait for. */
  readonly started: Promise<void> | undefined;
}

interface Hooks {
  onStart?(): unknown;
  onStop?(): unknown;
  [Symbol.asyncDispose]?(): unknown;
  [Symbol.dispose]?(): unknown;
}

const STOP_HOOKS = ["onStop", Symbol.asyncDispose, Symbol.dispose] as const;

/** Constructs a worker and runs its `onStart`. */
export function startWorker(
  workerClass: new (...constructorArguments: unknown[]) => object,
  spec: Pick<HostSpec, "constructorArguments" | "poolName" | "workerIndex">,
  limits: unknown,
  runHook: RunHook,
): Lifecycle {
  const label = `worker ${spec.workerIndex} of "${spec.poolName}"`;
  const instance: Hooks = runHook(() => construct(workerClass, spec.constructorArguments, limits));
  if (typeof instance.onStart !== "function") return { instance, label, started: undefined };
  const returned = runHook(() => instance.onStart?.(), instance.onStart);
  const started = isThenable(returned) ? settled(returned as PromiseLike<unknown>) : undefined;
  return { instance, label, started };
}

async function settled(promise: PromiseLike<unknown>): Promise<void> {
  await promise;
}

/** `Worker`'s own constructor runs first, and finds the limits where they are put here. */
function construct(
  workerClass: new (...constructorArguments: unknown[]) => object,
  constructorArguments: readonly unknown[],
  limits: unknown,
): object {
  const outer = realm().workerLimits;
  realm().workerLimits = limits;
  try {
    return new workerClass(...constructorArguments);
  } finally {
    realm().workerLimits = outer;
  }
}

/** Runs `onStop`, or what the platform names for the same purpose. A failure is a warning: the worker ends all the same. */
export async function stopWorker({ instance, label }: Lifecycle, runHook: RunHook): Promise<void> {
  const hooks: Hooks = instance;
  const name = STOP_HOOKS.find((hook) => typeof hooks[hook] === "function");
  if (name === undefined) return;
  try {
    await runHook(() => hooks[name]?.(), hooks[name]);
  } catch (error) {
    warnOf(`${typeof name === "string" ? name : `[${name.description}]`}() of ${label}`, error);
  }
}

/** The stack tells where, as far as there is one. */
function warnOf(what: string, thrown: unknown): void {
  const isError = thrown instanceof Error;
  const detail = isError ? thrown.stack : undefined;
  process.emitWarning(
    `${what} threw: ${isError ? thrown.message : show(thrown)}`,
    detail === undefined ? {} : { detail },
  );
}
