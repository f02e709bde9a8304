import type { Item } from "../elements/element.ts";
import { childOf, closeItem, endChildren } from "../elements/marks.ts";
import type { EndReason } from "../options/stage-options.ts";
import { type StageStats, stageStats } from "../stats/run-stats.ts";
import { abortContext, type StageContext } from "../workers/stage-context.ts";
import {
  type Attempts,
  type Decision,
  isAccepted,
  onFailed,
  onRefused,
  yieldedValue,
} from "./apply-error-policy.ts";
import type { InlineStep, StepResult } from "./inline-step.ts";
import { iteratorOf } from "./iterator-of.ts";
import type { InlineLoop } from "./run-inline-stage.ts";
import { LocalResources, type StageRun } from "./stage-run.ts";
import { isThenable } from "./thenable.ts";

// The clock costs as much as a small function: it is read for one element of so many.
const TIMED_SHARE = 64;

type Call = (value: unknown, context: StageContext) => unknown;

/** A function in sync mode. */
export class InlineFunction implements InlineStep {
  readonly #run: StageRun;
  readonly #call: Call;
  readonly #resources: LocalResources;
  readonly #judges: boolean;
  #context: StageContext | undefined;
  #item: Item | undefined;
  #wakeUp: (() => void) | undefined;
  #startedAt = 0;
  #isUp = false;

  constructor(run: StageRun) {
    this.#run = run;
    this.#call = run.f as Call;
    this.#resources = new LocalResources(run);
    this.#judges = run.options.retry?.judgesResults ?? false;
  }

  start(): Promise<void> | undefined {
    this.#isUp = true;
    return this.#resources.start();
  }

  take(item: Item, loop: InlineLoop, place: number): StepResult {
    return this.#attempt(item, loop, place, undefined);
  }

  abort(reason: unknown): void {
    if (this.#context !== undefined) abortContext(this.#context, reason);
    this.#wakeUp?.();
  }

  abandon(): void {
    const { plane, name } = this.#run;
    if (this.#item === undefined || !plane.events.has("abandoned")) return;
    plane.events.emit("abandoned", { stage: name, index: this.#item.index });
  }

  close(reason: EndReason): Promise<void> | undefined {
    this.#isUp = false;
    return this.#resources.isPlain ? undefined : this.#resources.done(reason);
  }

  stats(isRunning: boolean): StageStats {
    const { name, counters, plane } = this.#run;
    const running = isRunning && this.#item !== undefined ? 1 : 0;
    const facts = {
      name,
      mode: "sync",
      totalWorkers: this.#isUp ? 1 : 0,
      maxsize: 0,
      queued: 0,
      running,
      uptimeMs: plane.uptimeMs,
      workers: [],
    };
    return stageStats(facts, counters);
  }

  #attempt(item: Item, loop: InlineLoop, place: number, attempts: Attempts | undefined): StepResult {
    const { Context, worker } = this.#resources;
    const { counters } = this.#run;
    this.#startedAt = counters.completed % TIMED_SHARE === 0 ? performance.now() : 0;
    const context = new Context(item.index, worker);
    try {
      const result = this.#call(item.value, context);
      if (!isThenable(result)) return this.#succeeded(item, loop, place, attempts, result);
      this.#context = context;
      this.#item = item;
      return loop.wait(
        result,
        place,
        (value) => this.#succeeded(item, loop, place, attempts, value),
        (error) => this.#failed(item, loop, place, attempts, error),
      );
    } catch (error) {
      // The function, `until`, or the `then` of a result.
      return this.#failed(item, loop, place, attempts, error);
    }
  }

  #succeeded(
    item: Item,
    loop: InlineLoop,
    place: number,
    attempts: Attempts | undefined,
    result: unknown,
  ): StepResult {
    const { operation, counters } = this.#run;
    this.#item = undefined;
    if (this.#judges && !isAccepted(this.#run, result, attempts?.number ?? 1)) {
      const known = attempts ?? { number: 1, errors: [], results: [] };
      return this.#decided(onRefused(this.#run, item, known, result), item, loop, place, known);
    }
    counters.completed++;
    if (this.#startedAt !== 0) counters.latency.add(performance.now() - this.#startedAt);
    if (operation === "map") {
      item.value = yieldedValue(this.#run, item, result);
      return item;
    }
    if (operation === "flatMap") return this.#open(item, loop, place, attempts, result);
    if (operation === "filter" && result) {
      item.value = yieldedValue(this.#run, item, item.value);
      return item;
    }
    if (operation === "filter") counters.filtered++;
    closeItem(item);
    return undefined;
  }

  #failed(
    item: Item,
    loop: InlineLoop,
    place: number,
    attempts: Attempts | undefined,
    error: unknown,
    mayRetry = true,
  ): StepResult {
    this.#item = undefined;
    const known = attempts ?? { number: 1, errors: [], results: [] };
    const decision = onFailed(this.#run, item, known, error, false, mayRetry);
    return this.#decided(decision, item, loop, place, known);
  }

  #decided(decision: Decision, item: Item, loop: InlineLoop, place: number, attempts: Attempts): StepResult {
    if (decision === "pass") return item;
    if (decision === "gone") {
      closeItem(item);
      return undefined;
    }
    const again = (): StepResult => {
      this.#wakeUp = undefined;
      attempts.number++;
      return this.#attempt(item, loop, place, attempts);
    };
    const wait = new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, decision.retryAfterMs);
      this.#wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    return loop.wait(wait, place, again, again);
  }

  #open(
    item: Item,
    loop: InlineLoop,
    place: number,
    attempts: Attempts | undefined,
    result: unknown,
  ): StepResult {
    let position = 0;
    let opened: ReturnType<typeof iteratorOf>;
    try {
      opened = iteratorOf(result, this.#run.name);
    } catch (error) {
      return this.#failed(item, loop, place, attempts, error);
    }
    const make = (value: unknown): Item => childOf(item, position++, value);
    return loop.open({
      ...opened,
      place,
      parent: item,
      onItem: (value) => {
        const child = make(value);
        child.value = yieldedValue(this.#run, child, value);
        return child;
      },
      onError: (error) => {
        // Items that went on can't be taken back: only before the first is there another attempt.
        if (position === 0) return this.#failed(item, loop, place, attempts, error);
        const child = make(undefined);
        const passed = this.#failed(child, loop, place, attempts, error, false);
        endChildren(item);
        return passed;
      },
    });
  }
}
