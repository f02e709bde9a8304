import { ConcurryError } from "../errors/concurry-error.ts";
import type { FutureOwner } from "./future.ts";
import { RemoteFailure } from "./remote-failure.ts";

/** One failed call that nobody had looked at when it failed. */
interface FailureRecord {
  /** Knows whether somebody has looked since. It doesn't hold the future, so that this can be collected. */
  readonly owner: FutureOwner;
  readonly workerIndex: number | undefined;
  readonly method: string;
  readonly failure: unknown;
  readonly records: Set<FailureRecord>;
}

const collected: FinalizationRegistry<FailureRecord> = new FinalizationRegistry(report);

/** The failed calls of one pool that nobody has looked at: each is reported once, as a warning of the process. */
export class UnobservedFailures {
  readonly #records: Set<FailureRecord> = new Set();
  #isOver = false;

  /** Takes note of a failed call; call it before `rejectFuture`. One that was looked at or cancelled is left out. */
  add(owner: FutureOwner, method: string, failure: unknown): void {
    const { future } = owner;
    if (owner.observed || future === undefined || owner.status === "cancelled") return;
    const record = { owner, workerIndex: owner.workerIndex, method, failure, records: this.#records };
    this.#records.add(record);
    if (this.#isOver) letGoOfFrames(failure);
    collected.register(future, record, record);
  }

  /** Reports what is left, one turn of the event loop later: the code right after `await pool.stop()` can still look. */
  poolStopped(): void {
    this.#isOver = true;
    if (this.#records.size === 0) return;
    setImmediate(() => {
      for (const record of this.#records) {
        report(record);
        // A failure knows the frames that it was made in, and so perhaps its future.
        collected.unregister(record);
      }
    });
  }
}

/** An error whose stack was never read holds the objects whose methods it was made in, and so perhaps its future. */
function letGoOfFrames(failure: unknown): void {
  if (failure instanceof ConcurryError) void failure.stack;
}

function report(record: FailureRecord): void {
  // Whoever comes first takes the record out: the end of the pool, or of the future.
  if (!record.records.delete(record) || record.owner.observed) return;
  const error = errorOf(record.failure);
  const worker = record.workerIndex === undefined ? "" : ` in worker ${record.workerIndex}`;
  const message = `Call "${record.method}" failed${worker} and nobody looked at its future: ${describe(error)}`;
  const warning = Object.assign(new Error(message, { cause: error }), {
    worker: record.workerIndex,
    method: record.method,
  });
  warning.name = "UnobservedCallWarning";
  process.emitWarning(warning);
}

function errorOf(failure: unknown): unknown {
  if (!(failure instanceof RemoteFailure)) return failure;
  try {
    return failure.decode();
  } catch (error) {
    return error;
  }
}

function describe(error: unknown): string {
  try {
    return String(error);
  } catch {
    return "a value that can't be shown"; // an object without a prototype, for one
  }
}
