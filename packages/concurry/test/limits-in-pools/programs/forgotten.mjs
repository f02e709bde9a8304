// Prints what becomes of leases that nobody released, once nothing refers to them. Needs --expose-gc.
import { setImmediate as turn } from "node:timers/promises";
import { ResourceLimit } from "concurry";
import { Leaky } from "#workers/leaky";

const warnings = [];
process.on("warning", ({ name, message }) => warnings.push([name, message]));
const mode = process.argv[2];
const pool = Leaky.options({ mode, limits: [new ResourceLimit({ key: "connections", capacity: 3 })] }).init();
const stats = () => pool.getPoolStats().limits.connections;
for (let round = 0; round < 3; round += 1) await pool.forget();
const heldBefore = stats().inUse;
while (stats().inUse > 0) {
  await pool.collect();
  await turn();
}
const { leaked, inUse } = stats();
await pool.stop();
console.log(JSON.stringify({ heldBefore, inUse, leaked, warnings }));
