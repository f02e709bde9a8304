import { isAbsolute } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** A place in the code that runs. */
export interface CallSite {
  /** A `file:` URL where the code has a file, else the engine's word for it, as `[eval]`. */
  readonly url: string;
  readonly line: number;
  readonly column: number;
}

/** Where `called` was called from; undefined when the engine doesn't say. */
export function callSite(called: (...callArguments: never[]) => unknown): CallSite | undefined {
  const limit = Error.stackTraceLimit;
  const prepare = Object.getOwnPropertyDescriptor(Error, "prepareStackTrace");
  const holder: { stack?: unknown } = {};
  try {
    Error.stackTraceLimit = 1;
    Error.prepareStackTrace = (_error, frames) => frames;
    Error.captureStackTrace(holder, called);
    // `stack` is made when it is read, by the function that is set then.
    return toCallSite((holder.stack as NodeJS.CallSite[] | undefined)?.[0]);
  } catch {
    return undefined;
  } finally {
    restore(limit, prepare);
  }
}

// On Node 20 tsx gives CommonJS that an ES module imports such a URL: the code, and behind it where that comes from.
const TOLD_BY_LOADER = /^data:text\/javascript,[^?]*\?filePath=([^&#]+)/;

/** The `file:` URL of an absolute path, or of code that its loader tells the path of; anything else as it is. */
export function toUrl(file: string): string {
  const told = file.startsWith("data:") ? TOLD_BY_LOADER.exec(file)?.[1] : undefined;
  const path = told === undefined ? file : decodeURIComponent(told);
  return isAbsolute(path) ? pathToFileURL(path).href : file;
}

/** A URL without query and hash: loaders add those. */
export function bareUrl(url: string): string {
  const end = url.search(/[?#]/);
  return end < 0 ? url : url.slice(0, end);
}

/** The path of a `file:` URL, for messages; anything else as it is. */
export function displayPath(url: string): string {
  try {
    return url.startsWith("file:") ? fileURLToPath(bareUrl(url)) : url;
  } catch {
    return url;
  }
}

function toCallSite(frame: NodeJS.CallSite | undefined): CallSite | undefined {
  const file = frame?.getFileName() ?? frame?.getScriptNameOrSourceURL();
  if (frame === undefined || file == null) return undefined;
  return { url: toUrl(file), line: frame.getLineNumber() ?? 0, column: frame.getColumnNumber() ?? 0 };
}

function restore(limit: number, prepare: PropertyDescriptor | undefined): void {
  try {
    Error.stackTraceLimit = limit;
    if (prepare === undefined) Reflect.deleteProperty(Error, "prepareStackTrace");
    else Object.defineProperty(Error, "prepareStackTrace", prepare);
  } catch {
    // Frozen intrinsics: nothing was changed either.
  }
}
