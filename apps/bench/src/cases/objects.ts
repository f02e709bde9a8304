import { isDeepStrictEqual } from "node:util";
import type { Target } from "../peers/peer.ts";
import { assertResult, type BenchCase, type Measurement, rateOf } from "./case.ts";
import { runLanes } from "./lanes.ts";
import { type BenchRecord, makeRecord } from "./record.ts";

const OUTSTANDING = 64;

async function run(target: Target, calls: number): Promise<Measurement> {
  const records = Array.from({ length: OUTSTANDING }, (_, lane) => makeRecord(lane));
  const last: BenchRecord[] = [];
  const elapsedMs = await runLanes<BenchRecord>({
    outstanding: OUTSTANDING,
    calls,
    call: (lane) => target.echo(records[lane] as BenchRecord),
    verify: (result, lane) => {
      assertResult(result.id === lane, "an object of another lane came back");
      last[lane] = result;
    },
  });
  for (const record of last) {
    assertResult(isDeepStrictEqual(record, records[record.id]), "an object came back changed");
    assertResult(record !== records[record.id], "the very same object came back, not a copy");
  }
  return rateOf(calls, elapsedMs);
}

/** Small objects there and back, each lane with its own. */
export const objects: BenchCase = {
  name: "objects",
  title: "objects of ~0.75 KiB there and back, 64 outstanding",
  calls: 6000,
  minCalls: 128,
  figure: "rate",
  goals: { thread: 1.3, process: 1.25 },
  run,
};
