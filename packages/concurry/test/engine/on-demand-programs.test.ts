import { expect, test } from "vitest";
import { expectDeath, ORPHAN_LIMIT_MS } from "../contract/expect-death.ts";
import { runParent } from "../contract/run-parent.ts";

const kinds = ["on-demand thread", "on-demand process"] as const;

test.each(kinds)("a program ends by itself when its %s has ended", async (kind) => {
  const run = await runParent(kind, "end");
  await run.gone;
  expect(run.parent.exitCode).toBe(0);
  if (run.workerPid !== undefined) await expectDeath(run.workerPid);
});

test.each(kinds)("a program that exits takes its %s along", async (kind) => {
  const run = await runParent(kind, "exit");
  await run.gone;
  expect(run.parent.exitCode).toBe(7);
  if (run.workerPid !== undefined) await expectDeath(run.workerPid);
});

test("an on-demand process whose program is killed ends too, whatever it waits for", async () => {
  const run = await runParent("on-demand process", "wait");
  process.kill(run.workerPid as number, 0);
  const killedAt = performance.now();
  run.parent.kill("SIGKILL");
  await run.gone;
  await expectDeath(run.workerPid as number);
  expect(performance.now() - killedAt).toBeLessThan(ORPHAN_LIMIT_MS);
});
