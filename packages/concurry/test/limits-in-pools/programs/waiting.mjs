// Prints what becomes of 200 calls of 100 tokens, of which a minute has 1000, when nothing else keeps the program alive.
import { CallLimit, RateLimit } from "concurry";
import { ApiWorker } from "#workers/seed-limits";

// Time enough for a program that is not kept alive to end.
const LOOK_AGAIN_MS = 300;
const [, , mode, maxWorkers] = process.argv;
const pool = ApiWorker.options({
  mode,
  maxWorkers: Number(maxWorkers),
  limits: [
    new CallLimit({ windowSeconds: 60, capacity: 100 }),
    new RateLimit({ key: "tokens", windowSeconds: 60, capacity: 1000 }),
  ],
}).init("my-key");
const ends = { fulfilled: 0, CANCELLED: 0 };
const endedAs = (end) => {
  ends[end] = (ends[end] ?? 0) + 1;
  // Unref'd: it fires only if the calls that wait keep the program alive.
  if (end === "fulfilled" && ends.fulfilled === 10) setTimeout(stop, LOOK_AGAIN_MS).unref();
};

async function stop() {
  console.log("alive", JSON.stringify(ends));
  await pool.stop({ mode: "cancel" });
  console.log("stopped", JSON.stringify(ends));
}

for (let index = 0; index < 200; index += 1)
  pool.callApi(`Request ${index}`).then(
    () => endedAs("fulfilled"),
    ({ code }) => endedAs(code),
  );
