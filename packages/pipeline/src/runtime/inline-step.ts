import type { Item } from "../elements/element.ts";
import type { EndReason } from "../options/stage-options.ts";
import type { StageStats } from "../stats/run-stats.ts";
import type { InlineLoop } from "./run-inline-stage.ts";

/** The element is not done with: the loop will be told to go on. */
export const WAITING: unique symbol = Symbol("waiting");

/** What a step leaves: the element for the next step, nothing, or a wait. */
export type StepResult = Item | undefined | typeof WAITING;

/** One stage in a loop of stages without queues between them. */
export interface InlineStep {
  /** Takes an element; may open iterators in the loop, from which more come. */
  take(item: Item, loop: InlineLoop, place: number): StepResult;
  /** What it has collected; asked when it is due, and when no more elements come. */
  flush?(): Item | undefined;
  /** True when what it has collected shall not wait any longer. */
  readonly isDue?: boolean;
  /** Elements that it holds. */
  readonly held?: number;
  start?(): Promise<void> | undefined;
  abort?(reason: unknown): void;
  abandon?(): void;
  close?(reason: EndReason): Promise<void> | undefined;
  stats?(isRunning: boolean): StageStats;
}
