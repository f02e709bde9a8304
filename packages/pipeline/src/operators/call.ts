import { wrongType } from "concurry/internal";
import type { Operation } from "../graph/stage.ts";
import { resolveStageOptions } from "../options/check-stage-options.ts";
import type { Draft } from "./draft.ts";

/**
 * A stage that calls a function.
 *
 * @throws {TypeError} For an unknown option, one of the wrong type, or what is no function; a `RangeError` for one out of
 * range.
 */
export function callDraft(operation: Operation, f: unknown, given: unknown): Draft {
  const options = resolveStageOptions(`${operation}()`, given);
  if (typeof f !== "function") throw wrongType(`The function of ${operation}()`, "a function", f);
  return {
    name: options.name ?? (f.name || operation),
    work: { kind: "function", operation, f, options },
  };
}
