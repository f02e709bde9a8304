import { fileURLToPath } from "node:url";
import { TASK_EXPORT } from "../../protocol/task-start.ts";
import type { HostEntry } from "../host-file.ts";

/** What tinypool is to import, and what a worker is to see as its file. */
export interface TaskFile {
  readonly filename: string;
  readonly shown: string;
}

/** The host as a module with a task: its file, or code where no file is at hand. */
export function taskFile(entry: HostEntry): TaskFile {
  if (entry.kind === "file") return { filename: entry.url.href, shown: fileURLToPath(entry.url) };
  return {
    filename: `data:text/javascript,${encodeURIComponent(moduleOf(entry.code))}`,
    shown: "[worker eval]",
  };
}

// The code is written for `eval`: it requires, and leaves a promise of the host in a record of its own.
function moduleOf(code: string): string {
  return `import { createRequire } from "node:module";
const require = createRequire("file:///");
let found;
const host = new Promise((resolve) => { found = resolve; });
${code}
export const ${TASK_EXPORT} = async (start) => {
  const module = await host;
  return (module.${TASK_EXPORT} ?? module.default.${TASK_EXPORT})(start);
};`;
}
