// Runs a function in processes that waits for longer than anybody does.
import { pipeline } from "@concurry/pipeline";
import { waitsLong } from "#workers/functions";
import { noteDone, noteStart } from "#workers/noting";

const run = pipeline([1, 2])
  .map(waitsLong, { mode: "process", workers: 2, onStart: noteStart, onDone: noteDone })
  .start(process.argv[2] === "signals" ? { signals: ["SIGINT"], stopMs: 300 } : {});
const next = run[Symbol.asyncIterator]().next();
const timer = setInterval(() => {
  const [stage] = run.stats().stages;
  if (stage.running < 2) return;
  clearInterval(timer);
  console.log(JSON.stringify(stage.workers.map(({ pid }) => pid)));
}, 10);
await next.catch((error) => console.log(error.message));
