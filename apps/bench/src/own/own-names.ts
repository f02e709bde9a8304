/** The workloads of `--own`; apart from their code, which loads the library. */
export const OWN_NAMES = [
  "inline-async",
  "inline-sync",
  "overhead",
  "streams",
  "fairness",
  "scale-workers",
  "scale-waiting",
] as const;

/** Name of a workload that only this library runs. */
export type OwnName = (typeof OWN_NAMES)[number];
