/**
 * One stack of two sides: the worker's frames, then the functions of the caller that awaited the call.
 *
 * @param workerStack The stack as the worker had it, message included.
 * @param callerStack A stack captured in the reaction that rebuilds the error: V8 lists the awaiting functions in it.
 */
export function joinStacks(workerStack: string, callerStack: string | undefined): string {
  const lines = workerStack.split("\n").filter((line) => !isFrameworkFrame(line));
  const callerFrames = (callerStack ?? "").split("\n").filter((line) => isCallerFrame(line));
  return [...lines, ...callerFrames].join("\n");
}

/** The stack of the code that asks, without the frames of `below` and what it called. */
export function captureStack(below: (...parameters: never[]) => unknown): string | undefined {
  const holder: { stack?: unknown } = {};
  try {
    Error.captureStackTrace(holder, below);
    // Reading it runs the program's own formatter, if there is one.
    const { stack } = holder;
    return typeof stack === "string" ? stack : undefined;
  } catch {
    return undefined;
  }
}

/** The folder of this package's own code, as it stands in frames; undefined inside a bundle of the user. */
const frameworkFolder = ownFolder();

function ownFolder(): string | undefined {
  const frame = captureStack(captureStack)?.split("\n")[1];
  const found =
    /([/\\].*[/\\](?:dist|src)[/\\])(?:index\.js|host\.cjs|protocol[/\\]stacks\.[jt]s):\d+:\d+\)?$/.exec(
      frame ?? "",
    );
  // A frame of an ES module names it by URL: only the path counts, which is the same for CommonJS.
  return found?.[1]?.replace(/^\/\//, "");
}

function isFrameworkFrame(line: string): boolean {
  return frameworkFolder !== undefined && /^\s+at /.test(line) && line.includes(frameworkFolder);
}

function isCallerFrame(line: string): boolean {
  return /^\s+at async /.test(line) && !line.includes("node:internal/") && !isFrameworkFrame(line);
}
