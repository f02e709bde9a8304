import type { Target } from "../peers/peer.ts";
import { assertResult, type BenchCase, type Measurement, rateOf } from "./case.ts";
import { runLanes } from "./lanes.ts";

const OUTSTANDING = 4;
const LENGTH = 1024 * 1024;

function makeBuffers(): Uint8Array[] {
  return Array.from({ length: OUTSTANDING }, (_, lane) => new Uint8Array(LENGTH).fill(lane + 1));
}

/** Bytes by index, so that a library without typed arrays is timed too; its type is marked by the checks. */
function isIntact(bytes: Uint8Array, lane: number): boolean {
  return bytes[0] === lane + 1 && bytes[LENGTH - 1] === lane + 1;
}

async function runCopies(target: Target, calls: number): Promise<Measurement> {
  const buffers = makeBuffers();
  const elapsedMs = await runLanes<Uint8Array>({
    outstanding: OUTSTANDING,
    calls,
    call: (lane) => target.echoBytes(buffers[lane] as Uint8Array),
    verify: (result, lane) => assertResult(isIntact(result, lane), "1 MiB came back changed"),
  });
  assertResult(
    buffers.every((buffer) => buffer.length === LENGTH),
    "a buffer was moved instead of copied",
  );
  return rateOf(calls, elapsedMs);
}

async function runMoves(target: Target, calls: number): Promise<Measurement> {
  const { moveBytes } = target;
  if (moveBytes === undefined) throw new Error("it can't move a buffer there and back");
  const buffers = makeBuffers();
  const elapsedMs = await runLanes<Uint8Array>({
    outstanding: OUTSTANDING,
    calls,
    call: async (lane) => {
      const sent = buffers[lane] as Uint8Array;
      const received = await moveBytes(sent);
      assertResult(sent.length === 0, "a buffer was copied instead of moved");
      buffers[lane] = received;
      return received;
    },
    verify: (result, lane) => assertResult(isIntact(result, lane), "1 MiB came back changed"),
  });
  return rateOf(calls, elapsedMs);
}

/** Large binary values, copied there and back. */
export const copyMebibyte: BenchCase = {
  name: "copy-1m",
  title: "1 MiB Uint8Array copied there and back, 4 outstanding",
  calls: 200,
  minCalls: 8,
  figure: "rate",
  goals: {},
  run: runCopies,
};

/** Large binary values, moved there and back. */
export const moveMebibyte: BenchCase = {
  name: "move-1m",
  title: "1 MiB Uint8Array moved there and back, 4 outstanding",
  calls: 4000,
  minCalls: 8,
  figure: "rate",
  kinds: ["thread"],
  goals: { thread: 1.2 },
  run: runMoves,
};
