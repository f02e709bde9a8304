import { describe, expect, test } from "vitest";
import { Landlord } from "#workers/resident";
import { errorOf, HOSTED, nothingIsLeft, stoppedAfterEach, until } from "../pool/support.ts";
import { gone, Notes, ORPHAN_MS } from "./support.ts";

// A cancelled worker has 1 s to end, and so have those inside it; the rest is for a busy machine.
const FORCED_MS = 8_000;
// A word that changes every millisecond stands still when it hasn't for so long.
const STANDSTILL_MS = 200;
const ENDLESS_MS = 2 ** 31;

const stopped = stoppedAfterEach();
const notes = new Notes();

function isStill(word: Int32Array): boolean {
  return Atomics.wait(word, 0, Atomics.load(word, 0), STANDSTILL_MS) === "timed-out";
}

describe.each(HOSTED)("pools inside workers of mode %s", (outer) => {
  describe.each(HOSTED)("with workers of mode %s", (inner) => {
    async function landlord(): Promise<{ pool: ReturnType<typeof init>; pids: number[] }> {
      notes.clear();
      const pool = init();
      const addresses = await pool.innerAddresses();
      expect(addresses.length).toBe(2);
      const { pid } = await pool.address();
      return {
        pool,
        pids: [pid, ...addresses.map((address) => address.pid)].filter((id) => id !== process.pid),
      };
    }

    function init() {
      return stopped(Landlord.options({ mode: outer, stdio: "ignore" }).init(notes.file, inner));
    }

    test("stop with the outer one, each with its onStop", async () => {
      const { pool, pids } = await landlord();
      await pool.stop();
      expect(notes.lines().sort()).toEqual(["inner stopped", "inner stopped", "outer stopped"]);
      expect(await gone(...pids)).toBeLessThan(ORPHAN_MS);
    });

    test("end with the outer worker when that dies, and those of the next one live", async () => {
      const { pool, pids } = await landlord();
      await errorOf(pool.exit(1));
      expect(await gone(...pids)).toBeLessThan(ORPHAN_MS);
      expect((await pool.innerAddresses()).length).toBe(2);
    });

    test("are ended by a cancelling stop, even in an endless loop", async () => {
      const { pool, pids } = await landlord();
      const spinning = pool.letSpin(ENDLESS_MS);
      await until(() => notes.lines().includes("inner spins"));
      const start = performance.now();
      await pool.stop({ mode: "cancel" });
      expect(performance.now() - start).toBeLessThan(FORCED_MS);
      expect(await errorOf(spinning)).toMatchObject({ code: "CANCELLED" });
      expect(await gone(...pids)).toBeLessThan(ORPHAN_MS);
    });
  });
});

test("processes inside a process that is killed end, too", async () => {
  notes.clear();
  const pool = stopped(Landlord.options({ mode: "process" }).init(notes.file, "process"));
  const addresses = await pool.innerAddresses();
  const { pid } = await pool.address();
  process.kill(pid, "SIGKILL");
  expect(await gone(pid, ...addresses.map((address) => address.pid))).toBeLessThan(ORPHAN_MS);
  expect(notes.lines()).toEqual(["inner stopped", "inner stopped"]);
});

test("threads inside a thread end with it, however it ends", async () => {
  const pool = stopped(Landlord.options({ mode: "thread", stdio: "ignore" }).init(notes.file, "thread"));
  const word = new Int32Array(new SharedArrayBuffer(4));
  await pool.letBeat(word);
  expect(isStill(word)).toBe(false);
  await errorOf(pool.exit(1));
  expect(isStill(word)).toBe(true);
  await pool.letBeat(word);
  await pool.stop();
  expect(isStill(word)).toBe(true);
});

nothingIsLeft();
