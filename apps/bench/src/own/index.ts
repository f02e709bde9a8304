import { pipelineAsync } from "../pipelines/async-maps.ts";
import { pipelineCpu } from "../pipelines/cpu-stages.ts";
import { pipelineCalls } from "../pipelines/stage-calls.ts";
import { pipelineMemory } from "../pipelines/stage-memory.ts";
import { pipelineSync } from "../pipelines/sync-stages.ts";
import { fairness } from "./fairness.ts";
import { inlineAsync, inlineSync } from "./inline.ts";
import { overhead } from "./overhead.ts";
import type { OwnWorkload } from "./own-figure.ts";
import type { OwnName } from "./own-names.ts";
import { scaleWaiting } from "./scale-waiting.ts";
import { scaleWorkers } from "./scale-workers.ts";
import { streams } from "./streams.ts";

/** All workloads that only this library runs. */
export const OWN_WORKLOADS: Readonly<Record<OwnName, OwnWorkload>> = {
  "inline-async": inlineAsync,
  "inline-sync": inlineSync,
  overhead,
  streams,
  fairness,
  "scale-workers": scaleWorkers,
  "scale-waiting": scaleWaiting,
  "pipeline-sync": pipelineSync,
  "pipeline-async": pipelineAsync,
  "pipeline-cpu": pipelineCpu,
  "pipeline-memory": pipelineMemory,
  "pipeline-calls": pipelineCalls,
};
