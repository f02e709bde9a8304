import type { FunctionStage } from "../graph/stage.ts";
import { AsyncCaller } from "./run-async-stage.ts";
import type { Caller } from "./slot.ts";
import type { StageRun } from "./stage-run.ts";

/** Whether a function runs in the loop that brings its elements. */
export function isInline({ f, options }: FunctionStage): boolean {
  return options.mode === "sync" && options.pool === undefined && typeof f === "function";
}

/** What calls the function of a stage that is not inline. */
export function callerOf(run: StageRun): Caller {
  return new AsyncCaller(run);
}
