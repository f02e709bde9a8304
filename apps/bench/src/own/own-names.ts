/** The workloads of `--own`; apart from their code, which loads the library. */
export const OWN_NAMES = [
  "inline-async",
  "inline-sync",
  "overhead",
  "streams",
  "fairness",
  "scale-workers",
  "scale-waiting",
  "pipeline-sync",
  "pipeline-async",
  "pipeline-cpu",
  "pipeline-memory",
  "pipeline-calls",
] as const;

/** Name of a workload that only this library runs. */
export type OwnName = (typeof OWN_NAMES)[number];

/** The workloads of `--pipelines`. */
export const PIPELINE_NAMES: readonly OwnName[] = OWN_NAMES.filter((name) => name.startsWith("pipeline-"));
