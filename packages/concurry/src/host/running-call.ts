/** What is the same for all calls of a worker. */
export interface WorkerFacts {
  readonly workerIndex: number;
  readonly methods: readonly string[];
}

/** One call while its method runs. */
export class RunningCall {
  readonly worker: WorkerFacts;
  readonly number: number;
  readonly slot: number;
  readonly methodIndex: number;
  /** True once the pool has cancelled it. */
  isAborted = false;
  #reason: unknown;
  #controller: AbortController | undefined;

  constructor(worker: WorkerFacts, number: number, slot: number, methodIndex: number) {
    this.worker = worker;
    this.number = number;
    this.slot = slot;
    this.methodIndex = methodIndex;
  }

  /** Made when it is first read: an AbortController costs as much as ten calls. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.isAborted) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  abort(reason: unknown): void {
    if (this.isAborted) return;
    this.isAborted = true;
    this.#reason = reason;
    this.#controller?.abort(reason);
  }
}
