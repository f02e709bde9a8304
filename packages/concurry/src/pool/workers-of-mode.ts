import { show } from "../util/show.ts";

/** Where workers share the caller's thread there is one. */
export function checkWorkersOfMode(mode: string, maxWorkers: unknown): void {
  if ((mode !== "sync" && mode !== "async") || maxWorkers === undefined || maxWorkers === 1) return;
  const wrong = `maxWorkers must be 1 in ${mode} mode, got ${show(maxWorkers)}`;
  const inOne = mode === "async" ? '; in one, "concurrency" says how many calls run at once' : "";
  throw new RangeError(`${wrong}; for several workers use mode "thread" or "process"${inOne}`);
}
