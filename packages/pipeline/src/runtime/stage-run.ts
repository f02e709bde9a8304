import { LimitSet, type Limits } from "concurry";
import type { RetryRule } from "concurry/internal";
import type { FunctionStage, Operation, Stage } from "../graph/stage.ts";
import type { ResolvedStageOptions } from "../options/check-stage-options.ts";
import { modeName } from "../options/mode-name.ts";
import type { EndReason, WorkerInfo } from "../options/stage-options.ts";
import { StageCounters } from "../stats/stage-counters.ts";
import { type ContextClass, checkResources, contextClass } from "../workers/stage-context.ts";
import type { PoolMaker } from "../workers/stage-pool.ts";
import type { Plane } from "./run-node.ts";

let lastId = 0;
let noLimits: LimitSet | undefined;

/** A stage that calls a function, during one run. */
export class StageRun {
  readonly name: string;
  readonly operation: Operation;
  readonly f: unknown;
  readonly options: ResolvedStageOptions;
  readonly makePool: PoolMaker | undefined;
  readonly plane: Plane;
  readonly counters: StageCounters = new StageCounters();
  #calls = 0;

  constructor(stage: Stage, work: FunctionStage, plane: Plane) {
    this.name = stage.name;
    this.operation = work.operation;
    this.f = work.f;
    this.options = work.options;
    this.makePool = work.plan?.makePool as PoolMaker | undefined;
    this.plane = plane;
  }

  retryContext(attempt: number): Parameters<RetryRule["takes"]>[1] {
    return { callId: ++this.#calls, method: this.name, attempt };
  }
}

/** The resources of a stage that runs here: made once per run, by `onStart`, and taken down by `onDone`. */
export class LocalResources {
  readonly worker: WorkerInfo;
  Context: ContextClass = contextClass(undefined);
  readonly #run: StageRun;
  #resources: object = {};
  #hasStarted = false;
  #starting: Promise<void> | undefined;

  constructor(run: StageRun) {
    this.#run = run;
    const { mode } = run.options;
    const id = `${run.name}-${++lastId}`;
    this.worker = { index: 0, id, mode: modeName(mode), limits: limitsOf(run) };
  }

  start(): Promise<void> | undefined {
    const { name, options, plane } = this.#run;
    // Not asked for first: who has just called `start()` may listen before it is told.
    plane.events.emit("stageStart", { stage: name });
    const { onStart } = options;
    if (onStart === undefined) {
      this.#hasStarted = true;
      return undefined;
    }
    this.#starting = this.#callStart(onStart);
    return this.#starting;
  }

  /** Takes the resources down; what goes wrong there fails the run. */
  async done(reason: EndReason): Promise<void> {
    const { name, options, plane } = this.#run;
    // A stop may come while `onStart` runs.
    await this.#starting?.catch(() => {});
    if (!this.#hasStarted) return;
    this.#hasStarted = false;
    try {
      await options.onDone?.(this.#resources, { activeWorkers: 0, done: true, reason, worker: this.worker });
    } catch (error) {
      plane.raise(error, { stage: name, worker: 0 });
    }
    if (plane.events.has("stageEnd")) plane.events.emit("stageEnd", { stage: name, reason });
  }

  /** True when there is nothing to wait for in `done`. */
  get isPlain(): boolean {
    const { options, plane } = this.#run;
    return options.onStart === undefined && options.onDone === undefined && !plane.events.has("stageEnd");
  }

  async #callStart(onStart: NonNullable<StageRun["options"]["onStart"]>): Promise<void> {
    try {
      await this.#takeResources(onStart);
    } catch (error) {
      this.#run.plane.raise(error, { stage: this.#run.name, worker: 0 });
      throw error;
    }
  }

  async #takeResources(onStart: NonNullable<StageRun["options"]["onStart"]>): Promise<void> {
    const resources = checkResources(await onStart(this.worker));
    this.#resources = resources ?? {};
    this.#hasStarted = true;
    this.Context = contextClass(resources);
  }
}

function limitsOf({ options }: StageRun): Limits {
  const { limits } = options.poolOptions;
  if (limits !== undefined) return Array.isArray(limits) ? new LimitSet(limits) : (limits as Limits);
  noLimits ??= new LimitSet([]);
  return noLimits;
}
