// A program that signals stop: `node signals.mjs <case> <mode> <file>`. It prints what happens in it, line by line.
import { stopOnSignals, Worker } from "concurry";
import { Resident } from "#workers/resident";
import { Sleeper } from "#workers/sleeper";

const CALL_MS = 200;
const CALLS = 6;
const SOON_MS = 100;
const [, , name, mode, file] = process.argv;
const print = (...words) => process.stdout.write(`${words.join(" ")}\n`);

/** Defined here, so that its workers load this program. */
class Local extends Worker {
  pid() {
    return process.pid;
  }
}

function sleepers(poolMode = mode) {
  return Sleeper.options({ mode: poolMode, maxWorkers: poolMode === mode ? 2 : 1 }).init();
}

function resident() {
  return Resident.options({ mode }).init(file, "worker");
}

/** Calls whose ends are printed. */
function startCalls(pool, label = "done") {
  for (let call = 0; call < CALLS; call += 1) pool.sleep(CALL_MS).then(() => print(label));
}

/** Tells when the pool is stopped, and that it then takes no calls. */
function tellStop(pool) {
  pool.on("stop", () => {
    print("stopping");
    pool.sleep(0).catch((error) => print(error.code));
  });
}

const stay = () => setInterval(() => {}, 1000);

const CASES = {
  async drain() {
    const pool = sleepers();
    stopOnSignals(pool);
    tellStop(pool);
    startCalls(pool);
    await pool.ready();
    print("ready");
  },
  /** The signal comes before the workers are up. */
  starting() {
    const pool = sleepers();
    stopOnSignals(pool);
    startCalls(pool);
    print("ready");
  },
  async hang() {
    const pool = resident();
    stopOnSignals(pool);
    pool.on("stop", () => print("stopping"));
    const call = pool.hang();
    call.catch((error) => print(error.code));
    await pool.ready();
    print("ready");
  },
  async hangForAWhile() {
    const pool = resident();
    stopOnSignals(pool, { timeoutMs: SOON_MS });
    pool.hang().catch((error) => print(error.code));
    await pool.ready();
    print("ready");
  },
  async allModes() {
    const modes = ["async", "thread", "process"];
    const pools = modes.map((each) => Sleeper.options({ mode: each, maxWorkers: 1 }).init());
    stopOnSignals([...pools, Sleeper.options({ mode: "sync" }).init()]);
    for (const [index, pool] of pools.entries()) {
      pool.sleep(CALL_MS).then(() => print(modes[index], "done"));
    }
    await Promise.all(pools.map((pool) => pool.ready()));
    print("ready");
  },
  /** Two that don't know of each other, and take different times. */
  async apart() {
    const [quick, slow] = [sleepers(), sleepers()];
    stopOnSignals(quick, { signals: ["SIGTERM", "SIGINT"] });
    stopOnSignals([slow]);
    quick.sleep(1).then(() => print("quick"));
    startCalls(slow, "slow");
    await Promise.all([quick.ready(), slow.ready()]);
    print("ready");
  },
  async stoppedBefore() {
    const pool = sleepers();
    stopOnSignals(pool);
    await pool.sleep(1);
    await pool.stop();
    stay();
    print("ready");
  },
  /** Who waits for the pool, too, has the last word. */
  async lastWord() {
    const pool = sleepers();
    stopOnSignals(pool);
    pool.once("stop", async () => {
      await pool.stop();
      print("stopped");
    });
    await pool.sleep(1);
    stay();
    print("ready");
  },
  async disposed() {
    const pool = sleepers();
    const listening = stopOnSignals(pool);
    tellStop(pool);
    await pool.ready();
    listening[Symbol.dispose]();
    startCalls(pool);
    print("ready");
  },
  async disposedWhileStopping() {
    const pool = sleepers();
    const listening = stopOnSignals(pool);
    pool.on("stop", () => listening[Symbol.dispose]());
    startCalls(pool);
    await pool.ready();
    print("ready");
  },
  async hangUp() {
    const pool = sleepers();
    stopOnSignals(pool, { signals: ["SIGHUP"] });
    startCalls(pool);
    await pool.ready();
    print("ready");
  },
  /** No signal comes. */
  async unneeded() {
    const pool = sleepers();
    stopOnSignals(pool);
    await pool.sleep(1);
    print("called");
  },
  /** In the worker, too, this line runs while its class is looked for; a signal still ends it. */
  async ownClass() {
    const pool = Local.options({ mode: "process" }).init();
    stopOnSignals(pool);
    const pid = await pool.pid();
    const timer = stay();
    const exit = new Promise((resolve) => pool.once("workerExit", resolve));
    process.kill(pid, "SIGTERM");
    print((await exit).signal, (await pool.pid()) !== pid);
    clearInterval(timer);
    await pool.stop();
  },
};

await CASES[name]();
