import { SerializationError, TimeoutError, WorkerCrashedError, WorkerStartError } from "concurry";
import type { ElementIndex } from "../elements/element-index.ts";
import type { StageRun } from "./stage-run.ts";

/** What an element fails with that took too long. */
export function tooLong({ name, options: { timeoutMs = 0 } }: StageRun, index: ElementIndex): TimeoutError {
  const message = `Stage "${name}" took longer than ${timeoutMs} ms with element ${shown(index)}.`;
  return new TimeoutError(message, { timeoutMs });
}

/** What `onStart` has thrown, where a pool says that a worker could not start; any other error as it is. */
export function thrownAtStart(error: unknown): unknown {
  let thrown = error;
  while (thrown instanceof WorkerStartError && thrown.cause !== undefined) thrown = thrown.cause;
  // A worker that died again and again has thrown nothing.
  return thrown instanceof WorkerCrashedError ? error : thrown;
}

/** What a worker was lost by that died by itself. */
export function died(
  { name }: StageRun,
  workerIndex: number,
  facts: { readonly exitCode: number | null; readonly signal: string | null; readonly error: unknown },
): WorkerCrashedError {
  const { error: cause, exitCode, signal } = facts;
  return new WorkerCrashedError(`Worker ${workerIndex} of stage "${name}" died${howOf(facts, cause)}`, {
    exitCode,
    signal,
    workerIndex,
    ...(cause === undefined ? {} : { cause }),
  });
}

/**
 * What a pool says of its own of a call, in words of the stage: which stage, which element, and not which method of the
 * pool's workers. Any other error is what the function has thrown, and stays as it is.
 *
 * @param method The method that was called.
 */
export function inStage(run: StageRun, index: ElementIndex, error: unknown, method: string): unknown {
  if (error instanceof WorkerCrashedError && (error.lastMethod ?? method) === method)
    return crashed(run, index, error);
  if (error instanceof SerializationError && (error.method ?? method) === method)
    return uncloneable(run, index, error);
  return error;
}

function crashed({ name }: StageRun, index: ElementIndex, error: WorkerCrashedError): WorkerCrashedError {
  const { exitCode, signal, workerIndex, started, cause } = error;
  const when = started ? "while it had" : "before it began with";
  return new WorkerCrashedError(
    `Worker ${workerIndex} of stage "${name}" died ${when} element ${shown(index)}${howOf(error, cause)}`,
    {
      exitCode,
      signal,
      ...(workerIndex === undefined ? {} : { workerIndex }),
      started,
      ...(cause === undefined ? {} : { cause }),
    },
  );
}

const VERDICT = "can't be sent to";

function uncloneable({ name }: StageRun, index: ElementIndex, error: SerializationError): unknown {
  const at = error.message.indexOf(VERDICT);
  if (at < 0) return error;
  const { argument, path, cause } = error;
  const first = error.message.split(" of ", 1)[0] as string;
  const what = argument === undefined ? first : "The value";
  return new SerializationError(
    `${what} of element ${shown(index)} in stage "${name}" ${error.message.slice(at)}`,
    { ...(path === undefined ? {} : { path }), ...(cause === undefined ? {} : { cause }) },
  );
}

function howOf(
  { exitCode, signal }: { readonly exitCode: number | null; readonly signal: string | null },
  cause: unknown,
): string {
  const how = signal === null ? `exit code ${exitCode}` : `signal ${signal}`;
  return ` (${how})${cause instanceof Error ? `: ${cause.message}` : ""}`;
}

function shown(index: ElementIndex): string {
  return `[${index.join(", ")}]`;
}
