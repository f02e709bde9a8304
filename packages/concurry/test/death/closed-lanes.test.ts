import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "vitest";
import { Victim } from "#workers/victim";
import { nothingIsLeft, stoppedAfterEach } from "../pool/support.ts";
import { Notes, QUIET, repeated } from "./support.ts";

const CALLS = 40;
const RESTART = { maxRestarts: 1e6, windowMs: 60_000 };

const stopped = stoppedAfterEach();
const notes = new Notes();

test.each(["closeReplies", "closeRequests", "disconnect"] as const)(
  "a process whose own code cuts its link (%s) runs nothing that its pool doesn't know of",
  async (wound) => {
    notes.clear();
    const options = { mode: "process", concurrency: 8, restart: RESTART, ...QUIET } as const;
    const pool = stopped(Victim.options(options).init(notes.file));
    await pool.work("up", undefined);
    const futures = [pool.hurt("wound", undefined, wound)];
    for (let number = 0; number < CALLS; number += 1) {
      // Each in a message of its own.
      await turn();
      futures.push(pool.work(`call-${number}`, number));
    }
    const outcomes = await Promise.allSettled(futures);
    const reasons = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason] : []));
    for (const reason of reasons) expect(reason).toMatchObject({ code: "WORKER_CRASHED", started: true });
    expect(repeated(notes.lines())).toEqual([]);
  },
);

nothingIsLeft();
