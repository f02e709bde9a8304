import { kindOf } from "../functions/function-reference.ts";
import type { FunctionStage } from "../graph/stage.ts";
import { AsyncCaller } from "./run-async-stage.ts";
import { PooledCaller } from "./run-pooled-stage.ts";
import type { Caller } from "./slot.ts";
import type { StageRun } from "./stage-run.ts";

/** Whether a function runs in the loop that brings its elements. */
export function isInline({ f, options, plan }: FunctionStage): boolean {
  return options.mode === "sync" && plan === undefined && kindOf(f) !== "method";
}

/** What calls the function of a stage that is not inline. */
export function callerOf(run: StageRun): Caller {
  return run.makePool === undefined ? new AsyncCaller(run) : new PooledCaller(run, run.makePool);
}
