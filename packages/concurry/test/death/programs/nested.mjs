// A program with pools in pools: `node nested.mjs <case> <file> <mode> <mode inside> …`. It prints where they live.
import { Nest } from "#workers/nest";

const [, , name, file, mode, ...modes] = process.argv;
const pool = Nest.options({ mode }).init(file, "constructor", modes);
const pids = (await pool.reach()).map(({ pid }) => pid);
process.stdout.write(`${JSON.stringify(pids.filter((pid) => pid !== process.pid))}\n`);

const CASES = {
  /** Nobody stops the pool. */
  unstopped() {},
  stopped: () => pool.stop(),
  /** Here and until it is killed. */
  stay() {
    setInterval(() => {}, 1000);
  },
  /** Ends when it is told to, while its innermost worker never yields. */
  exit() {
    pool.spin();
    process.once("SIGUSR2", () => process.exit(3));
  },
};

await CASES[name]();
