const EVAL_FLAGS: ReadonlySet<string> = new Set(["-e", "--eval", "-p", "--print", "-pe"]);

/**
 * The arguments that this program was given; its workers see the same.
 *
 * Not its file: the second entry of a worker's `process.argv` is the worker's own file. A module that asks
 * "am I the program that was started?" must not hear yes in a worker.
 */
export function programArguments(): string[] {
  const hasFile = !process.execArgv.some((flag) => EVAL_FLAGS.has(flag) || flag.startsWith("--eval="));
  return process.argv.slice(hasFile ? 2 : 1);
}
