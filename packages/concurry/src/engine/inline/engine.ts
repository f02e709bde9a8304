import { ControlLane } from "../../control/control-lane.ts";
import type { PoolControls } from "../../control/controls.ts";
import { type RunInContext, runInAsyncContext, runInline } from "../../host/call-context.ts";
import { Host } from "../../host/host.ts";
import { hostControls } from "../../host/host-controls.ts";
import type { WorkerClass } from "../../protocol/worker-class.ts";
import type { Engine } from "../engine.ts";
import { InlineConnection } from "./connection.ts";

/** Runs calls where they are made, before the method of the pool returns. */
export const syncEngine: Engine = inlineEngine("sync", true, runInline);

/** Runs calls on the caller's event loop, side by side. */
export const asyncEngine: Engine = inlineEngine("async", false, runInAsyncContext);

function inlineEngine(name: string, isImmediate: boolean, runInContext: RunInContext): Engine {
  return {
    name,
    wire: "reference",
    spawn({ workerClass }) {
      const connection = new InlineConnection(isImmediate);
      const control = new ControlLane<PoolControls>(connection.host);
      const host = new Host(connection.host, {
        load: () => ({
          workerClass: workerClass as WorkerClass,
          via: "inline",
          exportName: () => undefined,
        }),
        runInContext: () => runInContext,
        explain: (thrown) => thrown,
        limits: (spec) => spec.limits,
        onControl: (body) => control.receive(body),
        // Its pools are no others than those of the program around it.
        clear: async () => {},
      });
      control.serve(hostControls(host, connection.host));
      return connection;
    },
  };
}
