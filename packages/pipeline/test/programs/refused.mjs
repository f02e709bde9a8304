// Gives stages functions that no worker can find, and tells when each was refused, and what had been started by then.
import { createRequire } from "node:module";
import { pipeline } from "@concurry/pipeline";
import { TaskPool } from "concurry";
import * as functions from "./refused-functions.mjs";

const commonFunctions = createRequire(import.meta.url)("./refused-functions.cjs");

let threads = 0;
process.on("worker", () => threads++);
let pulled = 0;
function* numbers() {
  for (let value = 0; value < 3; value++) {
    pulled++;
    yield value;
  }
}

const taskPool = TaskPool.options({ mode: "process" }).init();
async function tell(name, f, options) {
  [threads, pulled] = [0, 0];
  let refusedAt = "call";
  let hasBegun = false;
  try {
    const run = pipeline(numbers).map(f, options);
    refusedAt = "start";
    const started = run.start();
    started.on("stageStart", () => {
      hasBegun = true;
    });
    const results = [];
    for await (const value of started) results.push(value);
    console.log(JSON.stringify({ name, results }));
  } catch ({ code, message }) {
    console.log(JSON.stringify({ name, refusedAt, code, message, pulled, threads, hasBegun }));
  }
}

const own = (value) => value;
const { same, hidden, makeNested } = functions;

// In a function, so that this module is whole meanwhile.
async function main() {
  for (const mode of ["thread", "process"]) {
    await tell("own", own, { mode });
    await tell("anonymous", (value) => value, { mode });
    await tell("bound", same.bind(undefined), { mode });
    await tell("native", Math.abs, { mode });
    await tell("hidden", hidden(), { mode });
    await tell("nested", makeNested(), { mode });
    await tell("common", commonFunctions.hidden(), { mode });
    await tell("onStart", same, { mode, onStart: own });
    await tell("onDone", same, { mode, onDone: hidden() });
    await tell("same", same, { mode });
    await tell("same of CommonJS", commonFunctions.same, { mode });
  }
  await tell("in a TaskPool", hidden(), { pool: taskPool });
  await taskPool.stop();
}

void main();
