import { threadId } from "node:worker_threads";
import { callContext, Worker } from "concurry";
import { deferred, realm, within } from "concurry/internal";
import type { ElementIndex } from "../elements/element-index.ts";
import type { DoneStatus, WorkerInfo } from "../options/stage-options.ts";
import { type ContextClass, checkResources, contextClass, type StageContext } from "./stage-context.ts";

/** What a worker of a stage is told from the start: its functions by the texts that name them. */
export interface StageSpec {
  readonly mode: string;
  readonly f: string;
  readonly onStart: string | undefined;
  readonly onDone: string | undefined;
}

/** How a run ends for a worker; who it is it knows itself. */
export type DoneFacts = Omit<DoneStatus, "worker">;

/** What heeds its signal ends in this time; `onDone` need not wait for the rest. */
export const HEED_MS = 100;

type Hook = (...values: unknown[]) => unknown;

/**
 * A worker of a stage in a thread or process: loads the stage's function, runs `onStart`, applies the function to elements,
 * runs `onDone`.
 *
 * An ordinary worker class; a stage makes its pool of it.
 *
 * @example
 * async function applyInThread(spec: StageSpec, values: readonly unknown[]): Promise<unknown[]> {
 *   await using pool = StageWorker.options({ mode: "thread", maxWorkers: 2 }).init(spec);
 *   return Promise.all(values.map((value, index) => pool.apply(value, [index])));
 * }
 */
export class StageWorker extends Worker {
  readonly #spec: StageSpec;
  #f: Hook = () => undefined;
  #onDone: Hook | undefined;
  #resources: object = {};
  #Context: ContextClass = contextClass(undefined);
  #info: WorkerInfo | undefined;
  /** The last call of the function, if it takes time: no other runs beside it. */
  #running: Promise<unknown> | undefined;
  #finishing: Promise<void> | undefined;

  constructor(spec: StageSpec) {
    super();
    this.#spec = spec;
  }

  /** Loads the functions and brings the resources up. */
  async onStart(): Promise<void> {
    const { mode, f, onStart, onDone } = this.#spec;
    const [load, start, done] = await Promise.all([f, onStart, onDone].map(loadFunction));
    this.#f = load as Hook;
    this.#onDone = done;
    const index = realm().workerIndex ?? 0;
    const info: WorkerInfo = { index, id: `${index}-${process.pid}-${threadId}`, mode, limits: this.limits };
    const resources = checkResources(await start?.(info));
    this.#resources = resources ?? {};
    this.#Context = contextClass(resources);
    this.#info = info;
  }

  /** Answers when the worker is up. */
  begin(): void {}

  /** Applies the function to an element. */
  apply(value: unknown, index: ElementIndex): unknown {
    const result = this.#f(value, this.#context(index));
    this.#running = result instanceof Promise ? result : undefined;
    return result;
  }

  /** Applies the function to an element and gives the items of what it returns. */
  async *applyAll(value: unknown, index: ElementIndex): AsyncGenerator<unknown, void, undefined> {
    const { promise, resolve } = deferred();
    this.#running = promise;
    try {
      yield* (await this.#f(value, this.#context(index))) as Iterable<unknown>;
    } finally {
      resolve();
    }
  }

  /** Takes the resources down, once; may be called while the function runs. */
  finish(facts: DoneFacts): Promise<void> {
    this.#finishing ??= this.#finish(facts);
    return this.#finishing;
  }

  /** Where nobody has said why the worker ends, it is recycled, or its pipeline is gone. */
  async onStop(): Promise<void> {
    // Whoever called `finish` hears of its failure.
    if (this.#finishing !== undefined) await this.#finishing.catch(() => {});
    else await this.finish({ activeWorkers: 0, done: false, reason: "abort" });
  }

  async #finish(facts: DoneFacts): Promise<void> {
    const worker = this.#info;
    if (worker === undefined) return;
    const running = this.#running?.catch(() => {});
    // At the end of the input the pool itself sees to it that nothing runs for ever.
    await (facts.reason === "end" ? running : running && within(HEED_MS, running));
    await this.#onDone?.(this.#resources, { ...facts, worker });
  }

  #context(index: ElementIndex): StageContext {
    // The call makes its signal when it is asked to.
    return new this.#Context(index, this.#info as WorkerInfo, callContext());
  }
}

async function loadFunction(text: string | undefined): Promise<Hook | undefined> {
  return text === undefined ? undefined : ((await realm().loadFunction?.(text)) as Hook);
}
