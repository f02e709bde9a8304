import type { TimeoutError } from "concurry";
import type { EndReason } from "../options/stage-options.ts";
import { abortContext, type StageContext } from "../workers/stage-context.ts";
import { tooLong } from "./name-failure.ts";
import type { Caller, CallFailure, Slot } from "./slot.ts";
import { LocalResources, type StageRun } from "./stage-run.ts";

type Call = (value: unknown, context: StageContext) => unknown;

/** Calls a function on the event loop. */
export class AsyncCaller implements Caller {
  readonly mode: string = "async";
  // The clock costs as much as a small function.
  readonly timedShare: number = 32;
  readonly keepsTime: boolean = false;
  readonly #run: StageRun;
  readonly #call: Call;
  readonly #resources: LocalResources;
  #isUp = false;

  constructor(run: StageRun) {
    this.#run = run;
    this.#call = run.f as Call;
    this.#resources = new LocalResources(run);
  }

  start(): Promise<void> | undefined {
    this.#isUp = true;
    return this.#resources.start();
  }

  call(slot: Slot): unknown {
    const { Context, worker } = this.#resources;
    const context = new Context(slot.item.index, worker);
    slot.context = context;
    return this.#call(slot.item.value, context);
  }

  abort({ context }: Slot, reason: unknown): void {
    if (context !== undefined) abortContext(context, reason);
  }

  hasBegun(): boolean {
    return true;
  }

  workerOf(): number {
    return 0;
  }

  failureOf(_slot: Slot, error: unknown): CallFailure {
    return { error, isTimeout: false };
  }

  timeLimitOf(slot: Slot): TimeoutError {
    return tooLong(this.#run, slot.index);
  }

  close(reason: EndReason): Promise<void> | undefined {
    this.#isUp = false;
    return this.#resources.isPlain ? undefined : this.#resources.done(reason);
  }

  kill(): undefined {}

  facts(): ReturnType<Caller["facts"]> {
    const { workers } = this.#run.options;
    const slots = Number.isFinite(workers) ? workers : null;
    return { totalWorkers: this.#isUp ? slots : 0, workers: [] };
  }
}
