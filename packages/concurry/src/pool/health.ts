import { type PackedOutcome, readOutcome } from "../control/outcome.ts";
import { pack } from "../protocol/packed.ts";
import { tickNow } from "../util/clock.ts";
import { within } from "../util/within.ts";
import type { PoolCore } from "./pool.ts";
import type { WorkerHandle } from "./worker-handle.ts";

/**
 * Asks workers again and again whether they are well, and has those replaced that aren't.
 *
 * Silence has several meanings. A worker that answers a heartbeat but not its own `healthCheck()` is not well. One whose
 * event loop doesn't turn is busy as long as a call runs there: that is what calls do, and time limits are for those
 * that do it for too long. With no call running, or in a process that the system has stopped, nobody is at home.
 */
export class HealthMonitor {
  readonly #pool: PoolCore;
  readonly #timeoutMs: number;
  /** Place of the worker's own check among its methods; -1 for none. */
  readonly #methodIndex: number;
  readonly #asked = new Set<WorkerHandle>();
  readonly #timer: NodeJS.Timeout | undefined;

  constructor(pool: PoolCore) {
    this.#pool = pool;
    const { healthCheck, methods } = pool.options;
    this.#methodIndex = methods.indexOf("healthCheck");
    this.#timeoutMs = healthCheck?.timeoutMs ?? 0;
    if (healthCheck !== undefined)
      this.#timer = setInterval(() => this.#askAll(), healthCheck.intervalMs).unref();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #askAll(): void {
    for (const handle of this.#pool.places.all()) {
      if (isAtWork(handle) && !this.#asked.has(handle)) void this.#ask(handle);
    }
  }

  async #ask(handle: WorkerHandle): Promise<void> {
    const { live } = handle;
    this.#asked.add(handle);
    const complaint = await this.#complaintOf(handle);
    this.#asked.delete(handle);
    // One that runs its `onStop` by now may well have nothing left that works.
    if (complaint === undefined || handle.live !== live || !isAtWork(handle)) return;
    this.#pool.supervisor.condemn(handle, complaint);
  }

  /** Why a worker is not well; undefined when it is. */
  async #complaintOf(handle: WorkerHandle): Promise<Error | undefined> {
    const askedAt = tickNow();
    if (this.#methodIndex !== -1) {
      const verdict = { complaint: undefined as Error | undefined };
      const answer = this.#check(handle).then((complaint) => {
        verdict.complaint = complaint;
      });
      const hasAnswered = (): Promise<boolean> => within(this.#timeoutMs, answer);
      if (await hasAnswered()) return verdict.complaint;
      // Until its event loop turned the worker may have known nothing of the question.
      if (await this.#turns(handle))
        return (await hasAnswered()) ? verdict.complaint : new Error(this.#silence("its healthCheck()"));
    } else if (await this.#turns(handle)) {
      return undefined;
    }
    const { live } = handle;
    // Replies and answers come by different ways: one that has just ended a call may be about to answer.
    const isBusy = live !== undefined && (live.slots.count + handle.beside > 0 || live.heardAt > askedAt);
    if (isBusy && live.connection.isStopped?.() !== true) return undefined;
    return new Error(this.#silence("a heartbeat"));
  }

  /** Whether the worker's event loop turns. */
  #turns({ control }: WorkerHandle): Promise<boolean> {
    return within(this.#timeoutMs, control?.call("ping"));
  }

  #silence(question: string): string {
    return `it didn't answer ${question} within ${this.#timeoutMs} ms`;
  }

  /** Runs the worker's own check, beside its calls. */
  async #check({ control }: WorkerHandle): Promise<Error | undefined> {
    const { options } = this.#pool;
    const { wire } = options.engine;
    const request = { callId: this.#pool.nextNumber(), methodIndex: this.#methodIndex, lends: false };
    let outcome: PackedOutcome | undefined;
    try {
      outcome = await control?.call("broadcast", request, pack([], wire));
    } catch {
      // It has died meanwhile: others know.
    }
    if (outcome === undefined) return undefined;
    try {
      const isWell = readOutcome(outcome, wire, options.exported);
      return isWell === false ? new Error("its healthCheck() returned false") : undefined;
    } catch (cause) {
      return new Error(`its healthCheck() threw ${String(cause)}`, { cause });
    }
  }
}

/** Whether a worker takes calls, or still runs some. */
function isAtWork(handle: WorkerHandle): boolean {
  return handle.state === "ready" || (handle.state === "draining" && !handle.isAtRest);
}
