/** Bars inside workers: `node --import tsx worker-bars.ts`. A key moves it on. */
import { gather } from "concurry";
import { Drawing, DrawingOuter } from "#workers/drawing";
import { key, takeKeys } from "./keys.ts";

takeKeys();
const inline = Drawing.options({ mode: "async" }).init();
const thread = Drawing.options({ mode: "thread" }).init();
const child = Drawing.options({ mode: "process" }).init();
const outer = DrawingOuter.options({ mode: "thread" }).init();
await inline.begin("inline");
await thread.begin("thread");
await child.begin("process");
await outer.begin("nested");
await key();
await thread.say("a line of a thread");
await child.say("a line of a process");
await key();
await thread.succeed();
await key();
await child.crash().catch(() => {});
await outer.crashInner().catch(() => {});
await key();
await Promise.all([inline, thread, child, outer].map((pool) => pool.stop()));
const failing = Promise.reject(new Error("no"));
await gather([failing, 1, Promise.resolve(2)], {
  progress: { description: "Gathered" },
  returnExceptions: true,
});
