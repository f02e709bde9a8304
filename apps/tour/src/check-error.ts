/** A result is not what was expected: the tour ends with exit code 1. */
export class CheckError extends Error {
  override readonly name: string = "CheckError";
  /** What differs, a sentence each. */
  readonly differences: readonly string[];

  constructor(message: string, differences: readonly string[] = []) {
    super(message);
    this.differences = differences;
  }
}

/**
 * Goes on only if a claim of the tour holds.
 *
 * @throws {CheckError} With the claim in its message.
 */
export function check(holds: boolean, claim: string): void {
  if (!holds) throw new CheckError(`not so: ${claim}`);
}
