/** Where the flags go: a thread's list is checked by Node, a process' list isn't. */
export type ChildKind = "thread" | "process";

// Flags that belong to the parent alone: code given on the command line, ports, test and watch runs.
const PARENT_ONLY =
  /^(?:-e|--eval|-p|-pe|--print|--input-type|--inspect(?:-.*)?|--debug-port|--test(?:-.*)?|--watch(?:-.*)?)$/;

// Those of them whose value stands in the next place, unless it follows a "=".
const WITH_VALUE =
  /^(?:-e|--eval|-p|-pe|--print|--input-type|--inspect-port|--debug-port|--inspect-publish-uid|--watch-path|--watch-kill-signal|--test-(?:concurrency|coverage-(?:branches|exclude|functions|include|lines)|global-setup|isolation|name-pattern|reporter|reporter-destination|rerun-failures|shard|skip-pattern|timeout|random-seed))$/;

// What Node takes in a thread's list on all supported versions; V8's and the process' own flags make it throw.
const FOR_THREADS =
  /^(?:-r|--require|--import|--loader|--experimental-loader|-C|--conditions|--no-warnings|--disable-warning|--enable-source-maps|--preserve-symlinks|--preserve-symlinks-main|--experimental-transform-types|--experimental-strip-types|--no-experimental-strip-types|--unhandled-rejections|--trace-deprecation|--trace-warnings|--trace-uncaught|--throw-deprecation|--no-deprecation|--pending-deprecation)$/;

const FOR_THREADS_WITH_VALUE =
  /^(?:-r|--require|--import|--loader|--experimental-loader|-C|--conditions|--disable-warning|--unhandled-rejections)$/;

/**
 * The flags for a new thread or process.
 *
 * @param given The user's own list; passed as it is.
 * @returns undefined to let a thread inherit its parent's flags: an inherited list may hold anything.
 */
export function childExecArgv(kind: ChildKind, given?: readonly string[]): string[] | undefined {
  if (given !== undefined) return [...given];
  const inherited = process.execArgv;
  const kept = select(inherited, (flag) => !PARENT_ONLY.test(flag), WITH_VALUE);
  if (kind === "process") return kept;
  if (kept.length === inherited.length) return undefined;
  return select(kept, (flag) => FOR_THREADS.test(flag), FOR_THREADS_WITH_VALUE);
}

function select(list: readonly string[], keep: (flag: string) => boolean, withValue: RegExp): string[] {
  const kept: string[] = [];
  for (let index = 0; index < list.length; index++) {
    const word = list[index] as string;
    const flag = word.startsWith("-") ? word.split("=", 1)[0] : undefined;
    const hasValue = flag === word && withValue.test(flag) && isValue(list[index + 1]);
    // A lone word is the value of a flag that this list doesn't know: it stays or goes with that flag.
    const isKept = flag === undefined ? kept.at(-1) === list[index - 1] && kept.length > 0 : keep(flag);
    if (isKept) kept.push(...list.slice(index, index + (hasValue ? 2 : 1)));
    if (hasValue) index++;
  }
  return kept;
}

function isValue(next: string | undefined): next is string {
  return next !== undefined;
}
