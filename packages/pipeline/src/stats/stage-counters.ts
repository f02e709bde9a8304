import { Histogram } from "concurry/internal";

/** What is counted of one stage during a run. */
export class StageCounters {
  completed = 0;
  failed = 0;
  cancelled = 0;
  timedOut = 0;
  retried = 0;
  restarts = 0;
  skipped = 0;
  filtered = 0;
  dropped = 0;
  blockedMs = 0;
  readonly latency: Histogram = new Histogram();
  readonly wait: Histogram = new Histogram();
}
