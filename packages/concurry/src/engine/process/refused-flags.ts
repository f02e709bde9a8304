/** Node's exit code for flags that it doesn't know. */
export const INVALID_ARGUMENT_CODE = 9;

/** What a process died of that ended with that code before it said anything. */
export function refusedFlags(execArgv: readonly string[]): Error {
  return new Error(
    `Node did not start with these flags: ${execArgv.join(" ") || "(none)"} (exit code 9). Check execArgv and NODE_OPTIONS.`,
  );
}
