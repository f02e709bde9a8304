import { fileURLToPath } from "node:url";
import { TASK_EXPORT } from "../../protocol/task-start.ts";
import type { HostEntry } from "../host-file.ts";

/** What tinypool is to import, and what a worker is to see as its file. */
export interface TaskFile {
  readonly filename: string;
  readonly shown: string;
}

/** The host as a module with a task. */
export function taskFile(entry: HostEntry): TaskFile {
  if (entry.kind === "eval") return { filename: dataUrl(adoptedTask(entry.code)), shown: "[worker eval]" };
  const path = fileURLToPath(entry.url);
  return { filename: dataUrl(requiredTask(path)), shown: path };
}

/**
 * A host file, required when the task begins: tinypool would import it, for which Node compiles a parser of CommonJS
 * that takes longer than the host itself, and has the end of the thread wait for it.
 */
function requiredTask(path: string): string {
  return `import { createRequire } from "node:module";
const path = ${JSON.stringify(path)};
export const ${TASK_EXPORT} = (start) => createRequire(path)(path).${TASK_EXPORT}(start);`;
}

/** Code that is written for `eval`, where `require` is global, for bundles too; it tells `found` of the host. */
function adoptedTask(code: string): string {
  return `import { createRequire } from "node:module";
globalThis.require = createRequire(process.execPath);
let found;
const host = new Promise((resolve) => { found = resolve; });
${code}
export const ${TASK_EXPORT} = async (start) => {
  const module = await host;
  return (module.${TASK_EXPORT} ?? module.default.${TASK_EXPORT})(start);
};`;
}

function dataUrl(code: string): string {
  return `data:text/javascript,${encodeURIComponent(code)}`;
}
