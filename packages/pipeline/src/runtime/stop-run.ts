import { within } from "concurry/internal";
import type { EndReason } from "../options/stage-options.ts";
import type { RunNode } from "./run-node.ts";
import type { SourcePump } from "./source-pump.ts";

// What heeds its signal ends in this time; `onDone` need not wait for the rest.
const HEED_MS = 100;

/**
 * Stops all that works in a run, and waits no longer than `stopMs` for what does not heed it: functions are aborted,
 * sources closed, resources taken down, workers ended. Never rejects.
 */
export async function stopRun(
  nodes: readonly RunNode[],
  sources: readonly SourcePump[],
  reason: EndReason,
  cause: unknown,
  stopMs: number,
): Promise<void> {
  const deadline = performance.now() + stopMs;
  const left = (): number => Math.max(0, deadline - performance.now());
  const rests = nodes.map((node) => node.abort(cause)).filter((rest) => rest !== undefined);
  const closedSources = Promise.all(sources.map((source) => source.close(stopMs)));
  if (rests.length > 0) await within(Math.min(HEED_MS, stopMs), Promise.all(rests));
  const closes = nodes.map((node) => node.close(reason)).filter((close) => close !== undefined);
  const rest = Promise.all([...rests, ...closes]);
  if (rests.length + closes.length > 0 && !(await within(left(), rest))) {
    for (const node of nodes) node.abandon();
    await Promise.all(nodes.map((node) => node.kill()));
  }
  await closedSources;
}
