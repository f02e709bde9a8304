// Runs stages in the modes that are named, leaves them by a break or an error, and has nothing more to do.
import { pipeline } from "@concurry/pipeline";
import { failsAtThree, same } from "#workers/functions";
import { noteDone, noteStart } from "#workers/noting";

const [how, ...modes] = process.argv.slice(2);
let isClosed = false;

function* endless() {
  try {
    for (let value = 0; ; value++) yield value;
  } finally {
    isClosed = true;
  }
}

const f = how === "error" ? failsAtThree : same;
const hooks = { onStart: noteStart, onDone: noteDone };
const line = modes.reduce(
  (before, mode) => before.map(f, { mode, workers: mode === "sync" ? 1 : 2, maxsize: 4, ...hooks }),
  pipeline(endless),
);
const run = line.start({ stopMs: 300, maxsize: 1 });
let leftAt = Number.NaN;
try {
  for await (const _ of run) {
    if (how !== "break") continue;
    leftAt = performance.now();
    break;
  }
} catch (error) {
  if (error.message !== "three") throw error;
}
console.log(JSON.stringify({ isClosed, leftMs: performance.now() - leftAt }));
