import { ControlLane } from "../../control/control-lane.ts";
import type { PoolControls } from "../../control/controls.ts";
import {
  hooksInAsyncContext,
  hooksInline,
  type RunHook,
  type RunInContext,
  runInAsyncContext,
  runInline,
} from "../../host/call-context.ts";
import { Host } from "../../host/host.ts";
import { hostControls } from "../../host/host-controls.ts";
import { stopPools } from "../../host/stop-nested.ts";
import type { NestedPools } from "../../protocol/nested-pools.ts";
import type { WorkerClass } from "../../protocol/worker-class.ts";
import type { Engine } from "../engine.ts";
import { InlineConnection } from "./connection.ts";

/** Runs calls where they are made, before the method of the pool returns. */
export const syncEngine: Engine = inlineEngine("sync", true, runInline, hooksInline);

/** Runs calls on the caller's event loop, side by side. */
export const asyncEngine: Engine = inlineEngine("async", false, runInAsyncContext, hooksInAsyncContext);

// From the end of a worker to the end of its pools, whatever their workers do.
const POOLS_LIMIT_MS = 1000;

function inlineEngine(
  name: string,
  isImmediate: boolean,
  runInContext: RunInContext,
  hooks: (pools: NestedPools) => RunHook,
): Engine {
  return {
    name,
    wire: "reference",
    spawn({ workerClass }) {
      const pools: NestedPools = { stops: new Set(), isOver: false };
      const connection = new InlineConnection(isImmediate, () => endPools(pools));
      const control = new ControlLane<PoolControls>(connection.host);
      const host = new Host(connection.host, {
        load: () => ({
          workerClass: workerClass as WorkerClass,
          via: "inline",
          exportName: () => undefined,
          exported: () => undefined,
        }),
        runInContext: () => runInContext,
        runHook: hooks(pools),
        pools,
        explain: (thrown) => thrown,
        limits: (spec) => spec.limits,
        control,
        clear: (limitMs) => stopPools(pools, limitMs),
      });
      control.serve(hostControls(host, connection.host));
      if (isImmediate) connection.runNow = host.runNow;
      return connection;
    },
  };
}

/** The worker is over. Undefined when it has no pools, and nothing is to be waited for. */
function endPools(pools: NestedPools): Promise<void> | undefined {
  pools.isOver = true;
  return pools.stops.size === 0 ? undefined : stopPools(pools, POOLS_LIMIT_MS);
}
