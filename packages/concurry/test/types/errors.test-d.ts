import { expectTypeOf, test } from "vitest";
import { type CancelledError, TimeoutError } from "../../src/errors/call-errors.ts";
import { ConcurryError } from "../../src/errors/concurry-error.ts";
import { WorkerCrashedError } from "../../src/errors/worker-errors.ts";

test("instanceof tells an error's class, and its facts are typed", () => {
  const error: unknown = new TimeoutError("late", { timeoutMs: 5 });
  if (error instanceof TimeoutError) expectTypeOf(error.timeoutMs).toEqualTypeOf<number | undefined>();
  if (error instanceof WorkerCrashedError) expectTypeOf(error.exitCode).toEqualTypeOf<number | null>();
  if (error instanceof ConcurryError) expectTypeOf(error.message).toEqualTypeOf<string>();
});

test("the code tells the class apart", () => {
  expectTypeOf<CancelledError["code"]>().toEqualTypeOf<"CANCELLED">();
  // @ts-expect-error: the base has no instances of its own
  new ConcurryError("no");
});
