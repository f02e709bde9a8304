import { parentPort } from "node:worker_threads";
import { echo, increment } from "./functions.ts";

/** An array is a batch, anything else one call; a number is incremented, anything else comes back. */
function answer(value: unknown): unknown {
  return typeof value === "number" ? increment(value) : echo(value);
}

parentPort?.on("message", (message: unknown) => {
  parentPort?.postMessage(Array.isArray(message) ? message.map(answer) : answer(message));
});
