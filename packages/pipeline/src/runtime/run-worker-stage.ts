import { tickNow } from "concurry/internal";
import type { Item } from "../elements/element.ts";
import { closeItem } from "../elements/marks.ts";
import type { EndReason } from "../options/stage-options.ts";
import type { IterableQueue } from "../queues/iterable-queue.ts";
import type { OutputQueues } from "../queues/output-queues.ts";
import { BlockedClock } from "../stats/blocked-clock.ts";
import type { StageStats } from "../stats/run-stats.ts";
import { WaitClock } from "../stats/wait-clock.ts";
import { isAccepted, yieldedValue } from "./apply-error-policy.ts";
import { workerStageStats } from "./describe-worker-stage.ts";
import { FailedCalls } from "./failed-calls.ts";
import { ItemStreams } from "./item-streams.ts";
import { passEnd } from "./pass-end.ts";
import { RetryWaits } from "./retry-waits.ts";
import type { RunNode } from "./run-node.ts";
import { RunningSlots } from "./running-slots.ts";
import type { Caller, Slot } from "./slot.ts";
import type { StageRun } from "./stage-run.ts";
import { isThenable } from "./thenable.ts";
import { AttemptLimits } from "./time-limits.ts";

/** A stage that works on several elements at once, on the event loop or in workers. */
export class WorkerStage implements RunNode {
  readonly #run: StageRun;
  readonly #workers: number;
  readonly #inlet: IterableQueue<Item>;
  readonly #out: OutputQueues<Item>;
  readonly #caller: Caller;
  readonly #limits: AttemptLimits<Slot> | undefined;
  readonly #retries: RetryWaits = new RetryWaits(() => this.wake());
  readonly #streams: ItemStreams;
  readonly #failures: FailedCalls;
  readonly #running: RunningSlots = new RunningSlots(this);
  /** Slots whose calls took too long and may still run. */
  readonly #left = new Set<Slot>();
  #isUp = false;
  #isActive = false;
  #hasEnded = false;
  readonly #blocked: BlockedClock;
  readonly #waits: WaitClock;

  constructor(run: StageRun, inlet: IterableQueue<Item>, out: OutputQueues<Item>, caller: Caller) {
    this.#run = run;
    this.#workers = run.options.workers;
    this.#inlet = inlet;
    this.#out = out;
    this.#caller = caller;
    this.#blocked = new BlockedClock(run.counters);
    this.#waits = new WaitClock(run.counters.wait, caller.timedShare);
    const { timeoutMs } = run.options;
    if (timeoutMs !== undefined && !caller.keepsTime)
      this.#limits = new AttemptLimits(
        timeoutMs,
        (slot) => caller.hasBegun(slot),
        (slot) => this.#tookTooLong(slot),
      );
    this.#failures = new FailedCalls(run, caller, out, this.#retries);
    this.#streams = new ItemStreams(run, out, this, this.#limits);
  }

  start(): Promise<void> | undefined {
    const starting = this.#caller.start(this.#out.room);
    if (starting === undefined) this.#isUp = true;
    return starting?.then(() => {
      this.#isUp = true;
      this.wake();
    });
  }

  readonly wake = (): void => {
    // What comes meanwhile is seen at the end of the loop.
    if (this.#isActive) return;
    if (!this.#isUp || this.#hasEnded || this.#run.plane.isStopped) {
      this.#waits.look(this.#inlet.size);
      return;
    }
    this.#isActive = true;
    this.#streams.resume();
    while (this.#running.size < this.#workers) {
      // A retry has room already: it was counted while it waited.
      const retry = this.#retries.hasDue ? this.#retries.take() : undefined;
      const item = retry?.item ?? (this.#hasRoom() ? this.#take() : undefined);
      if (item === undefined) break;
      const slot = this.#running.add(item);
      slot.attempts = retry?.attempts;
      this.#call(slot);
    }
    this.#isActive = false;
    this.#waits.look(this.#inlet.size);
    this.#blocked.note(this.#inlet.size > 0 && this.#running.size < this.#workers);
    if (this.#running.size === 0 && this.#retries.size === 0 && this.#inlet.isDone()) this.#end();
  };

  /** A call has a result, or a stream an item. */
  onValue(slot: Slot, value: unknown): void {
    if (this.#isOver(slot)) return;
    this.#limits?.lift(slot);
    // What takes the result tells of room at once: one look at what to do next is enough.
    const wasActive = this.#isActive;
    this.#isActive = true;
    try {
      if (slot.iterator !== undefined) this.#streams.onNext(slot, value as IteratorResult<unknown>);
      else this.#succeeded(slot, value);
    } catch (error) {
      // The result can't be taken apart, or `until` has failed.
      this.onError(slot, error);
    }
    this.#isActive = wasActive;
    this.wake();
  }

  onError(slot: Slot, error: unknown): void {
    if (this.#isOver(slot)) return;
    this.#limits?.lift(slot);
    const failure = this.#caller.failureOf(slot, error);
    // First: if this ends the run, its call is none of those that are cancelled.
    this.#running.remove(slot);
    this.#failures.failed(slot, failure.error, failure.isTimeout);
    this.#running.recycle(slot);
    this.wake();
  }

  onStreamEnd(slot: Slot): void {
    this.#finished(slot);
    this.#running.release(slot);
  }

  abort(reason: unknown): Promise<unknown> | undefined {
    this.#inlet.kill();
    this.#limits?.clear();
    this.#retries.clear();
    this.#blocked.note(false);
    for (const slot of this.#running.list()) {
      this.#run.counters.cancelled++;
      this.#caller.abort(slot, reason);
      if (this.#streams.leave(slot)) this.#running.release(slot);
    }
    return this.#running.rest();
  }

  abandon(): void {
    const { plane, name } = this.#run;
    // What runs elsewhere can be ended.
    if (this.#caller.mode !== "async" || !plane.events.has("abandoned")) return;
    for (const { item } of [...this.#running.list(), ...this.#left])
      plane.events.emit("abandoned", { stage: name, index: item.index });
  }

  close(reason: EndReason): Promise<void> | undefined {
    return this.#caller.close(reason);
  }

  kill(): Promise<void> | undefined {
    return this.#caller.kill();
  }

  stats(): readonly StageStats[] {
    this.#blocked.look();
    const caller = { mode: this.#caller.mode, facts: this.#caller.facts() };
    return [workerStageStats(this.#run, caller, this.#inlet, this.#running.size)];
  }

  #take(): Item | undefined {
    if (this.#inlet.size === 0) return undefined;
    // First: to take one may bring the next.
    this.#waits.take();
    return this.#inlet.poll();
  }

  /** Whether there is room for the results of all that was begun, and of one element more. */
  #hasRoom(): boolean {
    return this.#running.size + this.#retries.size - this.#workers < this.#out.room;
  }

  #call(slot: Slot): void {
    slot.startedAt = this.#run.counters.completed & (this.#caller.timedShare - 1) ? 0 : tickNow();
    try {
      const result = this.#caller.call(slot);
      const isPromise = result instanceof Promise;
      if (isPromise || isThenable(result)) {
        slot.promise = result;
        this.#limits?.set(slot);
        // A promise of another kind may do anything in `then`.
        (isPromise ? result : Promise.resolve(result)).then(slot.onValue, slot.onError);
      } else this.onValue(slot, result);
    } catch (error) {
      this.onError(slot, error);
    }
  }

  /** True for a call that nobody waits for any more. */
  #isOver(slot: Slot): boolean {
    if (slot.place < 0) {
      this.#left.delete(slot);
      return true;
    }
    if (!this.#run.plane.isStopped) return false;
    this.#running.release(slot);
    return true;
  }

  #succeeded(slot: Slot, value: unknown): void {
    const { item, attempts } = slot;
    const run = this.#run;
    if (run.options.retry?.judgesResults && !isAccepted(run, value, attempts?.number ?? 1)) {
      this.#running.remove(slot);
      this.#failures.refused(slot, value);
      this.#running.recycle(slot);
      return;
    }
    if (run.operation === "flatMap") {
      this.#streams.open(slot, value);
      return;
    }
    this.#finished(slot);
    this.#running.release(slot);
    if (run.operation === "map") item.value = yieldedValue(run, item, value);
    else if (run.operation === "filter" && value) item.value = yieldedValue(run, item, item.value);
    else {
      if (run.operation === "filter") run.counters.filtered++;
      closeItem(item);
      return;
    }
    this.#out.push(item);
  }

  #finished(slot: Slot): void {
    const { counters } = this.#run;
    counters.completed++;
    if (slot.startedAt > 0) counters.latency.add(tickNow() - slot.startedAt);
  }

  #tookTooLong(slot: Slot): void {
    const error = this.#caller.timeLimitOf(slot);
    this.#running.remove(slot);
    this.#left.add(slot);
    this.#failures.failed(slot, error, true);
    this.#caller.abort(slot, error);
    this.#streams.leave(slot);
    this.wake();
  }

  #end(): void {
    this.#hasEnded = true;
    this.#limits?.clear();
    passEnd(this.#run.plane, this.#out, this.close("end"));
  }
}
