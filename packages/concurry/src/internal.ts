/*
 * What the packages beside this one build on: `@concurry/pipeline` and the like. Not a part of the public API; it may
 * change with any version, and those packages ask for exactly this one.
 */
export { brandError } from "./errors/concurry-error.ts";
export { Events } from "./pool/events.ts";
export { lastCall, spareStuckWorkers, terminate } from "./pool/last-calls.ts";
export { checkBar } from "./progress/bar-options.ts";
export { isNative } from "./protocol/function-mark.ts";
export { realm } from "./protocol/realm.ts";
export { taskRecord } from "./protocol/task-record.ts";
export { RetryRule, usedUp, withPrevious } from "./retry/retry.ts";
export { checkRetryRule } from "./retry/retry-options.ts";
export { isExported, lookForExport } from "./tasks/find-export.ts";
export { locateFunction } from "./tasks/locate-function.ts";
export { onAbort } from "./util/abort.ts";
export {
  aBoolean,
  aFunction,
  isPlainObject,
  milliseconds,
  nonEmptyString,
  oneOf,
  outOfRange,
  plainObject,
  positiveInteger,
  positiveIntegerOrInfinity,
  wrongType,
} from "./util/check.ts";
export { type Check, checkRecord, type Hints } from "./util/check-record.ts";
export { tickNow } from "./util/clock.ts";
export { type Deferred, deferred } from "./util/deferred.ts";
export { Histogram } from "./util/histogram.ts";
export { nearest } from "./util/nearest.ts";
export { show } from "./util/show.ts";
export { within } from "./util/within.ts";
export { buildPool } from "./worker/builder.ts";
export { ExportedErrors } from "./worker/exported-errors.ts";
