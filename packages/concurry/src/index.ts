export type { BalancedCall, Balancer, WorkerLoad } from "./balance/balancer.ts";
export type { BalancerStats } from "./balance/balancer-stats.ts";
export type { BalancerName } from "./balance/names.ts";
export type { Engine, SpawnSpec } from "./engine/engine.ts";
export { registerEngine } from "./engine/registry.ts";
export {
  CancelledError,
  QueueFullError,
  type QueueFullFacts,
  RetryError,
  type RetryFacts,
  SerializationError,
  type SerializationFacts,
  StoppedError,
  TimeoutError,
  type TimeoutFacts,
} from "./errors/call-errors.ts";
export { ConcurryError, type ConcurryErrorCode, type ErrorFacts } from "./errors/concurry-error.ts";
export { LimitError, type LimitErrorFacts } from "./errors/limit-error.ts";
export {
  WorkerCrashedError,
  type WorkerCrashedFacts,
  WorkerNotFoundError,
  type WorkerNotFoundFacts,
  type WorkerNotFoundReason,
  WorkerStartError,
  type WorkerStartFacts,
} from "./errors/worker-errors.ts";
export { WorkerResourceError } from "./errors/worker-resource-error.ts";
export { type AsCompletedOptions, asCompleted, type CompletedFutures } from "./future/as-completed.ts";
export { Future, type FutureStatus, type ResultOptions } from "./future/future.ts";
export { type Gathered, type GatherOptions, gather } from "./future/gather.ts";
export type { Stream } from "./future/stream.ts";
export { type WaitOptions, type WaitResult, wait } from "./future/wait.ts";
export { CallLimit, type CallLimitOptions } from "./limits/call-limit.ts";
export type { GatedCall, LimitGate } from "./limits/limit-gate.ts";
export { LimitPool, type LimitPoolOptions, type LimitPoolStats } from "./limits/limit-pool.ts";
export { LimitSet } from "./limits/limit-set.ts";
export type {
  AcquireOptions,
  Amounts,
  Lease,
  LimitClock,
  LimitRequest,
  LimitStats,
  Limits,
  LimitUsage,
} from "./limits/limits.ts";
export type { PoolLimits } from "./limits/limits-home.ts";
export { RateLimit, type RateLimitOptions } from "./limits/rate-limit.ts";
export type { Algorithm, RateOptions } from "./limits/rate-options.ts";
export { ResourceLimit, type ResourceLimitOptions } from "./limits/resource-limit.ts";
export type { LimitBalancerStats, LimitPoolBalancing } from "./limits/set-chooser.ts";
export type { Limit, LimitSetOptions } from "./limits/set-definition.ts";
export type { CallOptions } from "./pool/call-options.ts";
export type {
  CallEndEvent,
  CallProgressEvent,
  CallStartEvent,
  LimitWaitEvent,
  PoolEvents,
  ResizeEvent,
  RetryEvent,
  StopEvent,
  WorkerExitEvent,
  WorkerReadyEvent,
  WorkerRestartEvent,
  WorkerStartEvent,
} from "./pool/pool-events.ts";
export type { PoolStats, WorkerState, WorkerStats } from "./pool/pool-stats.ts";
export type { BroadcastMethods, Pool, PoolMembers, PoolMethods, StopOptions } from "./pool/pool-type.ts";
export { type StopOnSignalsOptions, type StoppablePool, stopOnSignals } from "./pool/stop-on-signals.ts";
export type { Unwrapped } from "./pool/unwrapped.ts";
export type { BarStyle, ProgressBarOptions } from "./progress/bar-options.ts";
export { ProgressBar } from "./progress/progress-bar.ts";
export type {
  ArrayBufferOrPort,
  Connection,
  Frame,
  Lane,
  Link,
  LinkInfo,
  MessagePortLike,
  Wire,
  WorkerExit,
} from "./protocol/connection.ts";
export { type ErrorClass, registerError } from "./protocol/error-registry.ts";
export type { ClassLocator, LoadHints, ModuleCandidate } from "./protocol/frame.ts";
export type { AnyFunction, ExportMark, FunctionMark, TaskMark } from "./protocol/function-mark.ts";
export { transfer } from "./protocol/transfer.ts";
export type { BackoffAlgorithm } from "./retry/backoff.ts";
export type {
  RetryContext,
  RetryOn,
  RetryOptions,
  RetryRuleOptions,
  RetryUntil,
} from "./retry/retry-options.ts";
export type { ItemsOf } from "./tasks/items.ts";
export type { MapOptions } from "./tasks/map.ts";
export { WorkerResourcePool } from "./tasks/resource-pool.ts";
export type { WorkerResourceOptions } from "./tasks/resource-worker.ts";
export { type Task, task } from "./tasks/task.ts";
export { TaskPool, type TaskPoolBuilder } from "./tasks/task-pool.ts";
export { WorkerResource } from "./tasks/worker-resource.ts";
export type { HistogramSummary } from "./util/histogram.ts";
export type { PoolBuilder } from "./worker/builder.ts";
export { type CallContext, callContext } from "./worker/call-context.ts";
export { configure, withConfig } from "./worker/config.ts";
export type { MethodRef } from "./worker/method-ref.ts";
export type {
  Config,
  HealthCheckOptions,
  Mode,
  ModeConfig,
  RecycleOptions,
  ResourceLimits,
  RestartOptions,
  WorkerOptions,
} from "./worker/options.ts";
export { Worker } from "./worker/worker.ts";
