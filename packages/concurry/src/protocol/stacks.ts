/**
 * One stack of two sides: the worker's frames, then the functions of the caller that awaited the call.
 *
 * @param workerStack The stack as the worker had it, message included.
 * @param callerFrames Lines of {@link awaitingFrames}, taken in the reaction that rebuilds the error.
 */
export function joinStacks(workerStack: string, callerFrames: readonly string[]): string {
  return [...workerStack.split("\n"), ...callerFrames].filter((line) => !isFrameworkFrame(line)).join("\n");
}

/** The functions that wait for the promise whose reaction runs now, as lines of a stack. Never throws. */
export function awaitingFrames(below: (...parameters: never[]) => unknown): readonly string[] {
  try {
    const firstAwaiting = sitesOf(below).findIndex((site) => isAwaiting(site));
    if (firstAwaiting === -1) return [];
    const holder: { stack?: unknown } = {};
    Error.captureStackTrace(holder, below);
    // Reading it runs the program's own formatter, if there is one: for source maps, say.
    const { stack } = holder;
    if (typeof stack !== "string") return [];
    const lines = stack.split("\n").slice(1 + firstAwaiting);
    return lines.filter((line) => /^\s+at /.test(line) && !line.includes("node:internal/"));
  } catch {
    return [];
  }
}

/** The folder of this package's own code, as it stands in frames; undefined inside a bundle of the user. */
const frameworkFolder = ownFolder();

function ownFolder(): string | undefined {
  const file = ownFile();
  const found =
    /^(?:file:\/\/)?(.*[/\\](?:dist|src)[/\\])(?:(?:index\.js|host\.cjs)|protocol[/\\]stacks\.[jt]s)$/.exec(
      file,
    );
  // Frames of ES modules name it by URL: only the path counts, which is the same for CommonJS.
  return found?.[1];
}

function ownFile(): string {
  try {
    return sitesOf(sitesOf)[0]?.getFileName() ?? "";
  } catch {
    // Built-ins are frozen: frames of this package then stay in stacks.
    return "";
  }
}

function isFrameworkFrame(line: string): boolean {
  return frameworkFolder !== undefined && /^\s+at /.test(line) && line.includes(frameworkFolder);
}

/** The frames as objects: formatters of the program may write "async" or leave it out. */
function sitesOf(below: (...parameters: never[]) => unknown): readonly NodeJS.CallSite[] {
  const formatter = Object.getOwnPropertyDescriptor(Error, "prepareStackTrace");
  const holder: { stack?: unknown } = {};
  try {
    Error.prepareStackTrace = (_error, sites) => sites;
    Error.captureStackTrace(holder, below);
    const { stack } = holder;
    return Array.isArray(stack) ? stack : [];
  } finally {
    if (formatter === undefined) Reflect.deleteProperty(Error, "prepareStackTrace");
    else Object.defineProperty(Error, "prepareStackTrace", formatter);
  }
}

function isAwaiting(site: NodeJS.CallSite): boolean {
  return (site as NodeJS.CallSite & { isAsync?: () => boolean }).isAsync?.() === true;
}
