import type { StageMode } from "./stage-options.ts";

/** The name of a mode, also of one that is given as an engine. */
export function modeName(mode: StageMode): string {
  return typeof mode === "string" ? mode : mode.name;
}
