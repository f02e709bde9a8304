export type { Element } from "./elements/element.ts";
export type { ElementIndex } from "./elements/element-index.ts";
export type { Outcome } from "./elements/outcome.ts";
export { type ErrorContext, errorContext } from "./errors/error-context.ts";
export { PipelineStalledError, type PipelineStalledFacts, StageReuseError } from "./errors/stage-errors.ts";
export type { Source } from "./graph/source-kind.ts";
export {
  type FunctionStage,
  type Operation,
  type SourceStage,
  Stage,
  type StageWork,
  type WorkersPlan,
} from "./graph/stage.ts";
export { type ModePreset, pl } from "./mode-presets.ts";
export type { BatchOptions } from "./operators/batch.ts";
export type { ConcatOptions } from "./operators/concat.ts";
export type { OrderedOptions } from "./operators/ordered.ts";
export type { BranchesOf, TeeOptions } from "./operators/tee.ts";
export type { PipelineOptions, RunOptions, RunProgressOptions } from "./options/run-options.ts";
export type {
  Context,
  ContextName,
  DoneStatus,
  EndReason,
  ErrorPolicy,
  Resources,
  RetryPolicy,
  Several,
  SilentPolicy,
  StageCall,
  StageFunction,
  StageMode,
  StageOptions,
  StagePoolOptions,
  StartResult,
  TimeoutPolicy,
  WorkerInfo,
  Yielded,
} from "./options/stage-options.ts";
export { batch, each, filter, flatMap, map, ordered, type PartialStage, through } from "./partial-stage.ts";
export { concat, type ElementOf, type Pipeline, pipeline } from "./pipeline.ts";
export { IterableQueue, type IterableQueueOptions } from "./queues/iterable-queue.ts";
export { type Copier, OutputQueues } from "./queues/output-queues.ts";
export { run } from "./run-pipelines.ts";
export { ControlPlane } from "./runtime/control-plane.ts";
export type { PipelineRun } from "./runtime/pipeline-run.ts";
export type { FailureFacts } from "./runtime/run-node.ts";
export { type SupervisedWorker, Supervisor, type SupervisorOptions } from "./runtime/supervisor.ts";
export type {
  AbandonedEvent,
  DropEvent,
  PipelineEvents,
  StageEndEvent,
  StageEvent,
  StageRetryEvent,
  StageWorkerEvent,
  WorkerLostEvent,
} from "./stats/run-events.ts";
export type { RunState, RunStats, StageStats } from "./stats/run-stats.ts";
export {
  type DoneFacts,
  type StageSpec,
  StageWorker,
  StageWorker as Worker,
} from "./workers/stage-worker.ts";
