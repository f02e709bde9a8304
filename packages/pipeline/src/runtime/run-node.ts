import type { Events } from "concurry/internal";
import type { Item } from "../elements/element.ts";
import type { ElementIndex } from "../elements/element-index.ts";
import type { EndReason } from "../options/stage-options.ts";
import type { PipelineEvents } from "../stats/run-events.ts";
import type { StageStats } from "../stats/run-stats.ts";

/** Where a node takes its elements from. */
export interface Inlet {
  /** The next element, if there is one now. */
  poll(): Item | undefined;
  /** True when no element will come any more. */
  isDone(): boolean;
  /** Leaves it: nobody takes from it any more. */
  kill(): void;
}

/** Where an error came up. */
export interface FailureFacts {
  readonly stage: string | undefined;
  readonly worker?: number | undefined;
  readonly index?: ElementIndex | undefined;
  readonly attempt?: number;
}

/** What nodes know of their run. */
export interface Plane {
  readonly events: Events<PipelineEvents>;
  /** True from the first moment of a stop: nothing is started any more, results are ignored. */
  readonly isStopped: boolean;
  /** Milliseconds since the start; 0 before. */
  readonly uptimeMs: number;
  /** True once the reader has asked for an element. */
  readonly isPulling: boolean;
  /** Fails the run; after the first error the others are kept beside it. */
  raise(error: unknown, facts: FailureFacts): void;
  /** Ends a node that nobody takes from any more, while the run goes on. */
  leave(node: RunNode): void;
}

/** One or several stages at work. */
export interface RunNode {
  /** Brings up what the stages need; a promise where that takes time. */
  start(): Promise<void> | undefined;
  /** Something changed: goes on as far as possible. What queues call back, as it is: one call less for each element. */
  readonly wake: () => void;
  /** Leaves what it takes from and aborts what runs, whose results are ignored; resolves when all has ended. Undefined when nothing runs. */
  abort(reason: unknown): Promise<unknown> | undefined;
  /** Tells of the functions that did not heed their signal. */
  abandon(): void;
  /** Takes down what the stages needed, once: `onDone`, then their workers. Never rejects. */
  close(reason: EndReason): Promise<void> | undefined;
  /** Ends at once what close did not end in time. Never rejects. */
  kill(): Promise<void> | undefined;
  stats(): readonly StageStats[];
}
