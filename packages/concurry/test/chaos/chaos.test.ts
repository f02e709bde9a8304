import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { runLoad } from "./load.ts";
import { makePlan } from "./plan.ts";
import { freshSeed } from "./random.ts";
import { runRound } from "./run-round.ts";

// A short form of `npm run chaos`, which also says how to replay what fails here.
const MODES = ["sync", "async", "thread", "process"] as const;
const SEEDS = [11, 12];
const STEPS = 25;
const FRESH_SEED = freshSeed();

/** Shown when it fails. */
function replay(seed: number, mode: string): string {
  return `npm run chaos -- --only rounds --rounds 1 --seed ${seed} --mode ${mode} --steps ${STEPS}`;
}

for (const mode of MODES) {
  test.each([...SEEDS, FRESH_SEED])(
    `a pool in ${mode} mode keeps its promises under the plan of seed %i`,
    async (seed) => {
      const plan = makePlan(seed, { mode, steps: STEPS });
      const { problems } = await runRound(plan);
      expect(problems, replay(seed, mode)).toEqual([]);
    },
  );
}

test("of calls to workers that are killed all the time all settle, none runs twice", async () => {
  const load = {
    seed: 1,
    calls: 6000,
    threads: 2,
    processes: 2,
    killEveryMs: 50,
    leastKills: 20,
    mostKills: 60,
  };
  const { problems, kills, restarts } = await runLoad({ ...load, loadBalancing: "shared_queue" });
  expect(problems).toEqual([]);
  expect(kills).toBeGreaterThanOrEqual(load.leastKills);
  expect(restarts).toBeGreaterThanOrEqual(load.leastKills / 2);
});

test("the program that does more of this ends by itself", async () => {
  const program = fileURLToPath(new URL("run.ts", import.meta.url));
  const flags = [
    "--import",
    "tsx",
    program,
    "--only",
    "rounds",
    "--rounds",
    "1",
    "--seed",
    "3",
    "--mode",
    "thread",
  ];
  const child = spawn(process.execPath, flags, {
    stdio: ["ignore", "pipe", "inherit"],
    env: withoutRunner(),
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => {
    output += chunk.toString();
  });
  await once(child, "close");
  expect(output).toContain("All held.");
  expect(child.exitCode).toBe(0);
});

/** The runner of these tests would choose how the program's modules are loaded. */
function withoutRunner(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(VITEST|NODE_OPTIONS)/.test(name)),
  );
}
