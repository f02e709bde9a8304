import type { ElementIndex } from "../elements/element-index.ts";
import type { EndReason } from "../options/stage-options.ts";

/** A stage, by name. */
export interface StageEvent {
  readonly stage: string;
}

/** A stage has ended; `onDone` has run. */
export interface StageEndEvent extends StageEvent {
  readonly reason: EndReason;
}

/** An element was lost: it took too long, or failed where errors are skipped. */
export interface DropEvent extends StageEvent {
  readonly index: ElementIndex;
  readonly value: unknown;
  readonly reason: "timeout" | "error";
}

/** An attempt has failed, and there will be another. */
export interface StageRetryEvent extends StageEvent {
  readonly index: ElementIndex;
  /** The attempt that has ended, from 1. */
  readonly attempt: number;
  /** Milliseconds until the next one. */
  readonly waitMs: number;
  /** What it failed with; undefined when its result would not do. */
  readonly error: unknown;
}

/** A worker of a stage. */
export interface StageWorkerEvent extends StageEvent {
  readonly workerIndex: number;
}

/** A worker had to be killed, so that its `onDone` could not run. */
export interface WorkerLostEvent extends StageWorkerEvent {
  readonly reason: unknown;
}

/** A function that can't be ended goes on though nobody waits for it. */
export interface AbandonedEvent extends StageEvent {
  readonly index: ElementIndex;
}

/** The events of a run and what their listeners are given: plain, readonly objects. */
export interface PipelineEvents {
  readonly stageStart: StageEvent;
  readonly stageEnd: StageEndEvent;
  readonly drop: DropEvent;
  readonly retry: StageRetryEvent;
  readonly workerRestart: StageWorkerEvent;
  readonly workerLost: WorkerLostEvent;
  readonly abandoned: AbandonedEvent;
}

/** The names of a run's events. */
export const PIPELINE_EVENTS: readonly (keyof PipelineEvents)[] = [
  "stageStart",
  "stageEnd",
  "drop",
  "retry",
  "workerRestart",
  "workerLost",
  "abandoned",
];
