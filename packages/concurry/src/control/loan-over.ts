import { CancelledError } from "../errors/call-errors.ts";

/** For the method that uses what it was lent when its call has settled, or another attempt of it runs. */
export function loanIsOver(): CancelledError {
  return new CancelledError(
    "The call that this function or iterable came with has settled: it can't be used any more.",
  );
}
