import type { TaskStart } from "../protocol/task-start.ts";
import { load } from "./load.ts";
import { receivedCode } from "./received-code.ts";

const whole = load(receivedCode());

whole.startHost();

/** What tinypool calls, in a thread or process that it started. */
export function runTask(start: TaskStart): Promise<number> {
  return whole.runTask(start);
}
