import { parentPort } from "node:worker_threads";
import { echo, increment, type Job, work } from "./functions.ts";

/** An array is a batch, anything else one call; a number is incremented, a job worked on, anything else comes back. */
function answer(value: unknown): unknown {
  if (typeof value === "number") return increment(value);
  return typeof value === "object" && value !== null && "units" in value ? work(value as Job) : echo(value);
}

parentPort?.on("message", (message: unknown) => {
  parentPort?.postMessage(Array.isArray(message) ? message.map(answer) : answer(message));
});
