import { Histogram } from "../util/histogram.ts";

/** What a pool counts. Accepted = open + completed + failed + cancelled + timed out. */
export class Counts {
  accepted = 0;
  completed = 0;
  failed = 0;
  cancelled = 0;
  timedOut = 0;
  /** Attempts after the first. */
  retried = 0;
  /** Workers that were started again after a death. */
  restarts = 0;
  readonly latencyMs: Histogram = new Histogram();
  readonly waitMs: Histogram = new Histogram();
  readonly startedAt: number = performance.now();

  /** Calls that wait or run. */
  get open(): number {
    return this.accepted - this.completed - this.failed - this.cancelled - this.timedOut;
  }
}
