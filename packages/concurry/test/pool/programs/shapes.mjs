import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Counter } from "#workers/counter";

const CALLS = 3000;
const ROUNDS = 6;

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc");
const pool = Counter.options({ mode: "thread", loadBalancing: "shared_queue" }).init();
for (let round = 0; round < ROUNDS; round += 1) {
  await Promise.all(Array.from({ length: CALLS }, () => pool.add(1)));
  // Nothing waits and nothing runs: no call is left in memory but the example.
  collect();
}
await pool.stop();
