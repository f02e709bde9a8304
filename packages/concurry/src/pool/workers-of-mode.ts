/** Where workers share the caller's thread there is one. */
export function checkWorkersOfMode(mode: string, maxWorkers: unknown): void {
  if ((mode !== "sync" && mode !== "async") || maxWorkers === undefined || maxWorkers === 1) return;
  throw new RangeError(`maxWorkers must be 1 in ${mode} mode, got ${JSON.stringify(maxWorkers)}`);
}
