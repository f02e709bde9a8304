// Sends many elements through threads, the event loop and an ordered; tells how much memory lives on the way.
import { pipeline } from "@concurry/pipeline";
import { same } from "#workers/functions";

const count = Number(process.argv[2]);
const samples = Number(process.argv[3]);

function* numbers() {
  for (let value = 0; value < count; value++) yield value;
}

const started = performance.now();
let [delivered, kept] = [0, 0];
const lines = [];
const run = pipeline(numbers)
  .map(same, { mode: "thread", workers: 2 })
  .filter(async (value) => value % 2 === 0, { mode: "async", workers: 8 })
  .ordered({ window: 64 })
  .start();
for await (const value of run) {
  if (value !== delivered) throw new Error(`${value} came instead of ${delivered}`);
  delivered += 2;
  kept++;
  if (kept % Math.floor(count / 2 / samples) !== 0) continue;
  globalThis.gc();
  const { heapUsed, rss } = process.memoryUsage();
  const { stages } = run.stats();
  const held = stages.reduce((sum, { queued, running }) => sum + queued + running, 0);
  lines.push({ at: delivered, heapMiB: heapUsed / 2 ** 20, rssMiB: rss / 2 ** 20, held });
}
console.log(JSON.stringify({ kept, seconds: (performance.now() - started) / 1000, lines }));
