// Leaves a loop over stages in processes, threads and on the event loop, and has nothing more to do.
import { pipeline } from "@concurry/pipeline";
import { same } from "#workers/functions";

function* endless() {
  try {
    for (let value = 0; ; value++) yield value;
  } finally {
    console.log("source closed");
  }
}

const stats = [];
const run = pipeline(endless)
  .map(same, { mode: "process", workers: 2, maxsize: 4 })
  .map(same, { mode: "thread", workers: 2, maxsize: 4 })
  .map(async (value) => value, { mode: "async", workers: 2 })
  .start({ stopMs: 300 });
for await (const _ of run) {
  stats.push(...run.stats().stages.flatMap(({ workers }) => workers.map(({ pid }) => pid)));
  break;
}
console.log("left", JSON.stringify(stats.filter((pid) => pid !== undefined)));
