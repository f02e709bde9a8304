import type { ElementIndex } from "../elements/element-index.ts";

/** Where in a pipeline an error came up. */
export interface ErrorContext {
  /** Name of the stage; `"source"` for the source, undefined where the run was aborted from outside. */
  readonly stage: string | undefined;
  /** Index of the worker; undefined when the error belongs to none. */
  readonly worker: number | undefined;
  /** Index of the element; undefined when the error belongs to none. */
  readonly index: ElementIndex | undefined;
  /** The attempt that failed, from 1. */
  readonly attempt: number;
  /** Errors that came up in the same run after this one, also while it was stopped. */
  readonly others: readonly unknown[];
}

// Beside the errors: they belong to the user and stay as they are.
const contexts = new WeakMap<object, { readonly context: ErrorContext; readonly notedAt: number }>();

/**
 * Tells where an error of a pipeline came up; undefined for one that ended no run, and for a thrown value that is no
 * object. Where a pipeline reads another, or a branch of a `tee`, it is the stage in there.
 *
 * @example
 * try {
 *   await pipeline(urls).map(fetchText, { mode: "async" }).run();
 * } catch (error) {
 *   const { stage, index } = errorContext(error) ?? {};
 *   console.error(`${stage} failed at ${index}`, error);
 * }
 */
export function errorContext(error: unknown): ErrorContext | undefined {
  return isHeld(error) ? contexts.get(error)?.context : undefined;
}

/**
 * Keeps where an error came up. What a run inside of this one has told of it stays: the source of this one has brought it.
 *
 * @param others Gets those of the run inside, too.
 * @param startedAt When this run has started; what was noted before is of another.
 */
export function noteError(
  error: unknown,
  context: Omit<ErrorContext, "others">,
  others: unknown[],
  startedAt: number,
): void {
  if (!isHeld(error)) return;
  const known = contexts.get(error);
  const isInner = known !== undefined && known.notedAt >= startedAt && isOfSource(context);
  if (isInner) others.push(...known.context.others);
  const where = isInner ? known.context : context;
  contexts.set(error, { context: { ...where, others }, notedAt: performance.now() });
}

/** Whether an error came with the elements, of which none and no worker was in hand. */
function isOfSource({ stage, worker, index }: Omit<ErrorContext, "others">): boolean {
  return stage !== undefined && worker === undefined && index === undefined;
}

function isHeld(error: unknown): error is object {
  return (typeof error === "object" && error !== null) || typeof error === "function";
}
