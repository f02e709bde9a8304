import { ConcurryError, type ErrorFacts } from "concurry";
import { brandError } from "concurry/internal";

/**
 * A source that can be read only once, as a generator or a stream, was to be read again.
 *
 * @example
 * const numbers = pipeline(generator());
 * await numbers.toArray();
 * await numbers.toArray().catch((error) => error.code); // "STAGE_REUSED"
 */
export class StageReuseError extends ConcurryError {
  override readonly code: "STAGE_REUSED" = "STAGE_REUSED";

  static {
    brandError(StageReuseError, "StageReuseError");
  }
}

/** Facts of a {@link PipelineStalledError}. */
export interface PipelineStalledFacts extends ErrorFacts {
  /** Number of the branch that nobody reads. */
  readonly branch: number;
}

/** A branch of `tee` was full, and nobody read it for 5 seconds, so that the others could not go on. */
export class PipelineStalledError extends ConcurryError {
  override readonly code: "PIPELINE_STALLED" = "PIPELINE_STALLED";
  /** Number of the branch that nobody reads, from 0. */
  readonly branch: number;

  constructor(message: string, facts: PipelineStalledFacts) {
    super(message, facts);
    this.branch = facts.branch;
  }

  static {
    brandError(PipelineStalledError, "PipelineStalledError");
  }
}
