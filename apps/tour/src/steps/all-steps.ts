import { balancersStep } from "./balancers.ts";
import { batchStep } from "./batch.ts";
import { chainStep } from "./chain.ts";
import { failuresStep } from "./failures.ts";
import { modesStep } from "./modes.ts";
import { pipelineStep } from "./pipeline.ts";
import { progressStep } from "./progress.ts";
import { statsStep } from "./stats.ts";
import type { Step } from "./step.ts";
import { streamsStep } from "./streams.ts";
import { superviseStep } from "./supervise.ts";
import { tasksStep } from "./tasks.ts";
import { workerStatusStep } from "./worker-status.ts";

/** The steps of the tour, in their order. */
export const allSteps: readonly Step[] = [
  modesStep,
  balancersStep,
  chainStep,
  batchStep,
  progressStep,
  failuresStep,
  superviseStep,
  streamsStep,
  tasksStep,
  workerStatusStep,
  pipelineStep,
  statsStep,
];
