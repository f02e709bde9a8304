/**
 * The program's variables with those that a worker is given.
 *
 * Without those that are undefined: a thread would see the word "undefined" where a process sees nothing.
 */
export function mergedEnv(given: Readonly<Record<string, string | undefined>> = {}): Record<string, string> {
  const all = Object.entries({ ...process.env, ...given });
  return Object.fromEntries(all.filter((entry): entry is [string, string] => entry[1] !== undefined));
}
