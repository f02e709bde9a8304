import { WorkerNotFoundError, WorkerStartError } from "../errors/worker-errors.ts";
import type { ClassLocator, HostSpec, ModuleCandidate } from "../protocol/frame.ts";
import { displayPath } from "../util/call-site.ts";

/** The class or function is not there. */
export function notFound(locator: ClassLocator, cause: unknown): WorkerNotFoundError {
  if (locator.mark !== undefined) return functionNotFound(locator, cause);
  const first = locator.candidates[0];
  const message =
    `Worker class "${shownName(locator)}" was not found in ${first ? place(first) : "any file"} when a worker loaded it. ` +
    `Export it ("export class ${shownName(locator)}"), or define it at the top level of its module. ` +
    "Classes created inside functions cannot be rebuilt in another thread.";
  return new WorkerNotFoundError(message, { reason: "notFound", ...(cause === undefined ? {} : { cause }) });
}

function functionNotFound(locator: ClassLocator, cause: unknown): WorkerNotFoundError {
  const name = shownName(locator);
  const [first] = locator.candidates;
  const fix =
    locator.mark?.kind === "task"
      ? "Call task() at the top level of its module, before any top-level await of a call; " +
        "a closure cannot be rebuilt in another thread."
      : `Export it from its module, or wrap it as task(${locator.className || "…"}) at module level, before any top-level await of a call; ` +
        "a closure cannot be rebuilt in another thread.";
  const where = first === undefined ? "any file" : place(first);
  const among = locator.mark?.kind === "task" ? "in" : "among the exports of";
  const message = `Function "${name}" was not found ${among} ${where} when a worker loaded it. ${fix}`;
  return new WorkerNotFoundError(message, { reason: "task", ...(cause === undefined ? {} : { cause }) });
}

/** The module threw. */
export function threwWhileLoading(spec: HostSpec, url: string, cause: unknown): WorkerStartError {
  const said = cause instanceof Error ? cause.message : String(cause);
  const message = `${displayPath(url)} threw while a ${spec.mode} worker was loading it: ${said}. ${advice(spec)}`;
  return new WorkerStartError(message, { reason: "load", cause });
}

/** The module never came to an end. */
export function stillLoading(spec: HostSpec, url: string): WorkerStartError {
  const seconds = spec.loadTimeoutMs / 1000;
  const message = `${displayPath(url)} was still loading in a ${spec.mode} worker after ${seconds} s. ${advice(spec)}`;
  return new WorkerStartError(message, { reason: "load" });
}

/** Nothing here loads TypeScript. */
export function noLoader(url: string, cause: unknown): WorkerNotFoundError {
  const message =
    `${displayPath(url)} needs a TypeScript loader in the worker ` +
    '(Node 20, or enum/parameter properties/path aliases). Install "tsx".';
  return new WorkerNotFoundError(message, { reason: "noLoader", cause });
}

/** The module is a test file, which only its runner can load. */
export function inTestFile(locator: ClassLocator, cause: unknown): WorkerNotFoundError {
  const kind = locator.mark === undefined ? "Classes" : "Functions";
  const message =
    `${kind} defined inside a test file may not load outside the test runner; ` +
    `move "${shownName(locator)}" to a fixture module.`;
  return new WorkerNotFoundError(message, { reason: "testFile", cause });
}

/** True for files that test runners take for tests. */
export function isTestFile(url: string): boolean {
  return /[._-](?:test|spec)\.[cm]?[jt]sx?$|\/__tests__\//.test(displayPath(url));
}

/**
 * Says more about a `ReferenceError` of a method when the module still waits in a top-level await: what stands
 * below that await is never initialised in a worker. Changes the error's message; others are left alone.
 */
export function explainIfPending(error: unknown, isPending: boolean): void {
  if (!isPending || !(error instanceof ReferenceError)) return;
  const name = /^Cannot access '(.+)' before initialization$/.exec(error.message)?.[1];
  if (name === undefined) return;
  const explained =
    `${error.message}. "${name}" is initialised after a top-level await on a worker call; ` +
    "in workers that await never finishes. Move it above, or wrap start-up in main().";
  if (error.stack !== undefined) error.stack = error.stack.replace(error.message, () => explained);
  error.message = explained;
}

function advice(spec: HostSpec): string {
  return (
    `The file runs once in every worker; move "${shownName(spec.locator)}" to its own module, ` +
    'or guard start-up code with "if (!Worker.isHost)".'
  );
}

function shownName({ className }: ClassLocator): string {
  return className === "" ? "(anonymous)" : className;
}

function place({ url, line }: ModuleCandidate): string {
  return line === undefined ? displayPath(url) : `${displayPath(url)}:${line}`;
}
