import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

function garbageCollector(): () => void {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc") as () => void;
}

/** Collects garbage: what one round left behind is not paid by the next. */
export const collectGarbage: () => void = garbageCollector();
