import type { Item } from "../elements/element.ts";
import { closeItem, endChildren } from "../elements/marks.ts";
import type { EndReason } from "../options/stage-options.ts";
import type { OutputQueues } from "../queues/output-queues.ts";
import type { StageStats } from "../stats/run-stats.ts";
import { type InlineStep, type StepResult, WAITING } from "./inline-step.ts";
import { passEnd } from "./pass-end.ts";
import type { Inlet, Plane, RunNode } from "./run-node.ts";
import { isThenable } from "./thenable.ts";
import { Turns } from "./turns.ts";

/** An iterator that a `flatMap` got; what it gives goes on behind that step. */
export interface OpenIterator {
  readonly place: number;
  readonly iterator: Iterator<unknown> | AsyncIterator<unknown>;
  readonly parent: Item;
  readonly isAsync: boolean;
  /** Makes an element of an item; undefined when nothing is to be passed on. */
  onItem(value: unknown): Item;
  /** The iterator has failed: an element in its place, nothing, or a wait. */
  onError(error: unknown): StepResult;
}

/** How to go on after a wait. */
type Resume = (value: unknown) => StepResult;

/** Neighbouring stages in sync mode: one loop, one element at a time, no queue between them. */
export class InlineLoop implements RunNode {
  readonly #plane: Plane;
  readonly #inlet: Inlet;
  readonly #out: OutputQueues<Item>;
  readonly #steps: readonly InlineStep[];
  readonly #collectors: readonly InlineStep[];
  readonly #open: OpenIterator[] = [];
  readonly #turns: Turns = new Turns(() => this.wake());
  #isUp = false;
  #isActive = false;
  #hasEnded = false;
  #closing: Promise<void> | undefined;
  /** Settles when the function that the loop waits for has ended. */
  #waiting: Promise<unknown> | undefined;

  constructor(plane: Plane, inlet: Inlet, out: OutputQueues<Item>, steps: readonly InlineStep[]) {
    this.#plane = plane;
    this.#inlet = inlet;
    this.#out = out;
    this.#steps = steps;
    this.#collectors = steps.filter((step) => step.flush !== undefined);
  }

  start(): Promise<void> | undefined {
    const starts = this.#steps.map((step) => step.start?.()).filter((start) => start !== undefined);
    if (starts.length === 0) {
      this.#isUp = true;
      return undefined;
    }
    return Promise.all(starts).then(() => {
      this.#isUp = true;
      this.wake();
    });
  }

  readonly wake = (): void => {
    if (this.#isActive || !this.#isUp) return;
    this.#isActive = true;
    while (this.#canGoOn() && this.#advance()) {}
    this.#isActive = false;
  };

  /** Waits for a promise of a step; `resume` says what becomes of the element then. */
  wait(promise: PromiseLike<unknown>, place: number, onValue: Resume, onError: Resume): typeof WAITING {
    const goOn = (resume: Resume, value: unknown): void => {
      this.#waiting = undefined;
      if (this.#plane.isStopped) return;
      // Not in the loop: what a step tells the reader may come back here.
      this.#isActive = true;
      let item: StepResult;
      try {
        item = resume(value);
      } catch (error) {
        item = onError(error);
      }
      this.#pass(item, place + 1);
      this.#isActive = false;
      this.wake();
    };
    this.#waiting = Promise.resolve(promise).then(
      (value) => goOn(onValue, value),
      (error) => goOn(onError, error),
    );
    return WAITING;
  }

  /** Takes what an iterator gives, item by item. */
  open(iterator: OpenIterator): undefined {
    this.#open.push(iterator);
  }

  abort(reason: unknown): Promise<unknown> | undefined {
    for (const step of this.#steps) step.abort?.(reason);
    return this.#waiting;
  }

  abandon(): void {
    if (this.#waiting !== undefined) for (const step of this.#steps) step.abandon?.();
  }

  close(reason: EndReason): Promise<void> | undefined {
    this.#closing ??= this.#close(reason);
    return this.#closing;
  }

  kill(): undefined {}

  stats(): readonly StageStats[] {
    const isRunning = this.#waiting !== undefined;
    return this.#steps.map((step) => step.stats?.(isRunning)).filter((stats) => stats !== undefined);
  }

  #canGoOn(): boolean {
    if (this.#waiting !== undefined || this.#plane.isStopped || this.#hasEnded) return false;
    return this.#out.room > -1 && this.#turns.mayGoOn();
  }

  /** Takes one element a bit further; false when there is nothing to do now. */
  #advance(): boolean {
    if (this.#open.length > 0) return this.#advanceIterator(this.#open.at(-1) as OpenIterator);
    const due = this.#collectors.length === 0 ? undefined : this.#collectors.find((step) => step.isDue);
    if (due !== undefined) return this.#flush(due);
    const item = this.#inlet.poll();
    if (item !== undefined) return this.#pass(item, 0);
    return this.#inlet.isDone() && this.#end();
  }

  #pass(from: StepResult, first: number): boolean {
    let item = from;
    const steps = this.#steps;
    for (let place = first; place < steps.length && item !== undefined && item !== WAITING; place++)
      item = (steps[place] as InlineStep).take(item, this, place);
    if (item !== undefined && item !== WAITING) this.#out.push(item);
    return true;
  }

  #flush(step: InlineStep): boolean {
    return this.#pass(step.flush?.(), this.#steps.indexOf(step) + 1);
  }

  #advanceIterator(open: OpenIterator): boolean {
    const { place } = open;
    let item: StepResult;
    try {
      const next: unknown = open.iterator.next();
      item = open.isAsync
        ? this.wait(
            next as Promise<unknown>,
            place,
            (result) => this.#onNext(open, result as IteratorResult<unknown>),
            (error) => this.#onIteratorError(open, error),
          )
        : this.#onNext(open, next as IteratorResult<unknown>);
    } catch (error) {
      item = this.#onIteratorError(open, error);
    }
    return this.#pass(item, place + 1);
  }

  #onNext(open: OpenIterator, result: IteratorResult<unknown>): StepResult {
    if (!result.done) return open.onItem(result.value);
    this.#open.pop();
    endChildren(open.parent);
    return undefined;
  }

  #onIteratorError(open: OpenIterator, error: unknown): StepResult {
    this.#open.pop();
    return open.onError(error);
  }

  /** No more elements come: what was collected goes on, then this ends. */
  #end(): boolean {
    const last = this.#collectors.find((step) => (step.held ?? 0) > 0);
    if (last !== undefined) return this.#flush(last);
    this.#hasEnded = true;
    passEnd(this.#plane, this.#out, this.close("end"));
    return false;
  }

  #close(reason: EndReason): Promise<void> | undefined {
    const closes = [...this.#open.map(closeIterator), ...this.#steps.map((step) => step.close?.(reason))];
    this.#open.length = 0;
    const waits = closes.filter((wait) => wait !== undefined);
    return waits.length === 0 ? undefined : Promise.all(waits).then(() => undefined);
  }
}

/** Leaves an iterator as a loop that is left does; how that ends is heard by nobody. */
async function closeIterator({ iterator, parent }: OpenIterator): Promise<void> {
  closeItem(parent);
  try {
    const closing: unknown = iterator.return?.();
    if (isThenable(closing)) await closing;
  } catch {
    // The run ends for another reason.
  }
}
