import type { PoolControls } from "../control/controls.ts";
import type { PoolCore } from "./pool.ts";

/** What a worker may ask of its pool on the control lane. */
export function poolControls({ lending }: PoolCore): PoolControls {
  return {
    warn: (message: string, code: string) => process.emitWarning(message, { code }),
    ...lending.controls(),
  };
}
