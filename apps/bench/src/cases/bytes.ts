import type { Target } from "../peers/peer.ts";
import { assertResult, type BenchCase, type Measurement, rateOf } from "./case.ts";
import { runLanes } from "./lanes.ts";

const OUTSTANDING = 8;
const LENGTH = 64 * 1024;

/** Bytes by index, so that a library without typed arrays is timed too; its type is marked by the checks. */
function isIntact(bytes: Uint8Array, lane: number): boolean {
  return bytes[0] === lane + 1 && bytes[LENGTH - 1] === lane + 1;
}

async function run(target: Target, calls: number): Promise<Measurement> {
  const buffers = Array.from({ length: OUTSTANDING }, (_, lane) => new Uint8Array(LENGTH).fill(lane + 1));
  const elapsedMs = await runLanes<Uint8Array>({
    outstanding: OUTSTANDING,
    calls,
    call: (lane) => target.echoBytes(buffers[lane] as Uint8Array),
    verify: (result, lane) => assertResult(isIntact(result, lane), "64 KiB came back changed"),
  });
  return rateOf(calls, elapsedMs);
}

/** Larger binary values, copied there and back. */
export const bytes: BenchCase = {
  name: "bytes",
  title: "64 KiB Uint8Array there and back, 8 outstanding",
  calls: 2000,
  minCalls: 16,
  figure: "rate",
  goals: { thread: 1, process: 1.2 },
  run,
};
