import { ControlLane } from "../control/control-lane.ts";
import type { PoolControls } from "../control/controls.ts";
import type { LimitsLane } from "../control/limits-lane.ts";
import { provideBarLane } from "../progress/remote-bar.ts";
import type { HostContext } from "../protocol/call-context.ts";
import type { HostLink } from "../protocol/connection.ts";
import { tellOfDescendants } from "../protocol/descendants.ts";
import type { DyingMessage, HostSpec } from "../protocol/frame.ts";
import { poolsOfHost } from "../protocol/nested-pools.ts";
import { realm } from "../protocol/realm.ts";
import { runInAsyncContext, runInHost } from "./call-context.ts";
import { Host } from "./host.ts";
import { hostControls } from "./host-controls.ts";
import { explainReferenceError, loadWorkerClass } from "./load-worker.ts";
import { watchParent } from "./parent-watch.ts";
import { stopNested } from "./stop-nested.ts";

/**
 * Makes this thread or process the host of one worker.
 *
 * @param leave Ends it when its work is done. Default: `process.exit`.
 */
export function runHost(link: HostLink, leave?: () => void): void {
  const control = new ControlLane<PoolControls>(link);
  const host = new Host(link, {
    load: loadWorkerClass,
    runInContext: ({ concurrency }) => (concurrency === 1 ? runInHost : runInAsyncContext),
    runHook: (hook) => hook(),
    pools: poolsOfHost(),
    explain: explainReferenceError,
    control,
    limits: (spec) => limitsSource(spec, control.limits),
    clear: stopNested,
  });
  control.serve(hostControls(host, link));
  // Without a pool there is nobody to see it.
  provideBarLane((note) => control.call("bar", note).catch(() => {}));
  tellOfDescendants((note) => link.post({ lane: "control", body: note, form: "value" }));
  watchParent(link, (limitMs) => host.stop(limitMs), leave);
  // Calls that are done count as done, however suddenly the end comes.
  process.on("exit", () => host.flush());
  if (link.info.wire === "bytes") reportDeath(host, link);
}

/** What `Worker`'s constructor makes the worker's limits of; they ask the pool. */
function limitsSource({ limits, poolName }: HostSpec, lane: LimitsLane): unknown {
  if (limits === undefined) return undefined;
  return {
    sets: limits,
    lane,
    className: poolName,
    currentCall: () => {
      const call = realm().callContext?.() as HostContext | undefined;
      // Those of pools inside the worker are no calls of its own.
      return call?.isInline ? undefined : call;
    },
  };
}

/** A process that dies of an error tells its pool of what; for a thread Node does that. */
function reportDeath(host: Host, link: HostLink): void {
  process.on("uncaughtExceptionMonitor", (thrown: unknown) => {
    // Somebody takes it: start-up code is forgiven, and the user's module may have a listener of its own.
    if (process.listenerCount("uncaughtException") > 0 || process.hasUncaughtExceptionCaptureCallback())
      return;
    // Nobody dies of what start-up code fails with.
    if (realm().isLoading()) return;
    const body: DyingMessage = { type: "dying", error: host.encode(thrown) };
    try {
      link.post({ lane: "call", body, form: "value" });
    } catch {
      // What it died of can't be told; its exit can.
    }
  });
}
