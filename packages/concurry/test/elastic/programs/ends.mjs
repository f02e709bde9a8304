// One way to end a program, by name: `node ends.mjs <case> <mode>`. What it prints last tells how far it came.
import { Elastic, Lingering, Patient } from "#workers/elastic";
import { Gated } from "#workers/gated";

const [, , name, mode, file] = process.argv;
const LONG_MS = 600_000;
const print = (text) => process.stdout.write(`${text}\n`);
process.on("exit", (code) => print(`exit ${code}`));

/** Waits until a worker of the pool is in this state; keeps the program alive meanwhile. */
async function first(pool, state) {
  while (pool.getPoolStats().workers[0].state !== state)
    await new Promise((resolve) => setTimeout(resolve, 1));
}

const CASES = {
  /** Workers that are checked all the time. */
  async checked() {
    const pool = Patient.options({ mode, healthCheck: { intervalMs: 1, timeoutMs: LONG_MS } }).init();
    print(await pool.echo(1));
  },
  /** A check that is open at the end of the program, and stays so. */
  async silent() {
    const pool = Patient.options({ mode, healthCheck: { intervalMs: 1, timeoutMs: LONG_MS } }).init();
    await pool.fallIll("silent");
    print(await pool.echo(1));
  },
  async idle() {
    const pool = Elastic.options({ mode, idleTimeoutMs: LONG_MS, minWorkers: 0 }).init();
    print((await pool.run(1)).number);
  },
  async asleep() {
    const pool = Elastic.options({ mode, idleTimeoutMs: 1, minWorkers: 0 }).init();
    await first(pool, "asleep");
    print("asleep");
  },
  /** A worker that falls asleep takes longer for its end than anybody waits. */
  async fallingAsleep() {
    const pool = Lingering.options({ mode, idleTimeoutMs: 1, minWorkers: 0 }).init(file, LONG_MS);
    await first(pool, "draining");
    print("draining");
  },
  async recycled() {
    const pool = Lingering.options({ mode, recycle: { afterCalls: 1 } }).init(file, LONG_MS);
    print(await pool.which());
  },
  async onDemand() {
    const pool = Elastic.options({ mode, onDemand: true }).init();
    print((await pool.run(1)).number);
  },
  /** A surplus worker that hangs, with nobody who waits for it. */
  async resized() {
    const pool = Gated.options({ mode, maxWorkers: 2 }).init();
    await pool.broadcast.running();
    const call = pool.workers[1].pass("never");
    while (call.status !== "running") await new Promise((resolve) => setTimeout(resolve, 1));
    call.cancel();
    void pool.resize(1);
    print(await pool.note("done"));
  },
  async awaitedResize() {
    const pool = Elastic.options({ mode, maxWorkers: 3 }).init();
    await pool.resize(1);
    print(pool.getPoolStats().totalWorkers);
  },
};

await CASES[name]();
