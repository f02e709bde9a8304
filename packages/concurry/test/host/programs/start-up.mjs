// Start-up code of a worker's module, in as many shapes as there are: each tells whether it is known as such.
import { EventEmitter, once } from "node:events";
import { readFile } from "node:fs";
import { readFile as readFileAsync } from "node:fs/promises";
import { createRequire } from "node:module";
import { setTimeout as delay } from "node:timers/promises";
import { mark } from "./marks.mjs";

mark("a dependency", globalThis.dependencyWasStartUp);
mark("top level");
(() => mark("a function"))();
new (class {
  constructor() {
    mark("a constructor");
  }
})();
setTimeout(() => mark("setTimeout"), 1);
setImmediate(() => mark("setImmediate"));
process.nextTick(() => mark("nextTick"));
void Promise.resolve().then(() => mark("then"));
void Promise.reject(new Error("x")).catch(() => mark("catch"));
queueMicrotask(() => mark("queueMicrotask"));
const ticking = setInterval(() => {
  clearInterval(ticking);
  mark("setInterval");
}, 1);
readFile(new URL(import.meta.url), () => mark("a callback of fs"));
const emitter = new EventEmitter();
emitter.on("event", () => mark("a listener"));
setTimeout(() => emitter.emit("event"), 1);
async function main() {
  await delay(1);
  mark("an async function");
  setTimeout(() => mark("a timer in an async function"), 1);
  for await (const each of [delay(1)]) mark("for await", undefined, each);
}
void main();
const { port1, port2 } = new MessageChannel();
port1.onmessage = () => {
  mark("a message");
  port1.close();
};
port2.postMessage(1);

await null;
mark("after await null");
await delay(1);
mark("after a top-level await");
await readFileAsync(new URL(import.meta.url));
mark("after reading a file");
setTimeout(() => mark("a timer behind an await"), 1);
await import("./start-up-nested.mjs");
mark("after a nested import");
createRequire(import.meta.url)("./start-up-required.cjs");
await once(process, "never", { signal: AbortSignal.timeout(1) }).catch(() => mark("an aborted wait"));
void Promise.all([delay(1), delay(2)]).then(() => mark("Promise.all"));
await new Promise(() => setTimeout(() => mark("a timer below a wait without end"), 1));
