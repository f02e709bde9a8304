import { realm } from "../protocol/realm.ts";
import { isThenable } from "../protocol/thenable.ts";
import type { RunHook } from "./call-context.ts";

/** A worker that was constructed. */
export interface Lifecycle {
  readonly instance: object;
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
  constructorArguments: readonly unknown[],
  limits: unknown,
  runHook: RunHook,
): Lifecycle {
  const instance: Hooks = runHook(() => construct(workerClass, constructorArguments, limits));
  if (typeof instance.onStart !== "function") return { instance, started: undefined };
  const returned = runHook(() => instance.onStart?.(), instance.onStart);
  return { instance, started: isThenable(returned) ? settled(returned as PromiseLike<unknown>) : undefined };
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
export async function stopWorker({ instance }: Lifecycle, runHook: RunHook): Promise<void> {
  const hooks: Hooks = instance;
  const name = STOP_HOOKS.find((hook) => typeof hooks[hook] === "function");
  if (name === undefined) return;
  try {
    await runHook(() => hooks[name]?.(), hooks[name]);
  } catch (error) {
    process.emitWarning(error instanceof Error ? error : String(error));
  }
}
