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
};
