import type { CallProgressNote } from "../protocol/call-context.ts";
import type { NestedPools } from "../protocol/nested-pools.ts";
import { keepShape } from "../util/keep-shape.ts";

/** What is the same for all calls of a worker. */
export interface WorkerFacts {
  /** Identity of the worker, unique in its program. */
  readonly workerId: number;
  readonly workerIndex: number;
  readonly methods: readonly string[];
  /** Milliseconds that a call may run, unless it says otherwise; 0 = as long as it takes. */
  readonly timeoutMs: number;
  /** True in the realm of its pool. */
  readonly isInline: boolean;
  /** Where pools belong that its code makes. */
  readonly pools: NestedPools;
  readonly tellProgress: (note: CallProgressNote) => void;
}

/** Stands for a call while code of a worker runs in none: its constructor, `onStart`, `onStop`. */
export interface NoCall {
  readonly worker: Pick<WorkerFacts, "pools">;
  readonly slot?: undefined;
}

/** What was told of a call ahead of it. */
export interface CallFacts {
  attempt?: number;
  timeoutMs?: number;
  /** Items that a stream may be ahead. */
  credit?: number;
  isBeside?: boolean;
}

/** One call while its method runs. */
export class RunningCall {
  readonly worker: WorkerFacts;
  readonly number: number;
  readonly slot: number;
  readonly methodIndex: number;
  /** Which attempt this is, from 1. */
  readonly attempt: number;
  /** When it will be ended, in milliseconds since 1970. */
  readonly deadline: number | undefined;
  /** True for broadcasts. */
  readonly isBeside: boolean;
  /** True once the pool has cancelled it. */
  isAborted = false;
  #reason: unknown;
  #controller: AbortController | undefined;

  constructor(worker: WorkerFacts, number: number, slot: number, methodIndex: number, facts?: CallFacts) {
    this.worker = worker;
    this.number = number;
    this.slot = slot;
    this.methodIndex = methodIndex;
    this.attempt = facts?.attempt ?? 1;
    this.isBeside = facts?.isBeside ?? false;
    const timeoutMs = facts?.timeoutMs ?? worker.timeoutMs;
    this.deadline = timeoutMs === 0 ? undefined : Date.now() + timeoutMs;
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

const NO_WORKER: WorkerFacts = {
  workerId: 0,
  workerIndex: 0,
  methods: [],
  timeoutMs: 0,
  isInline: false,
  pools: { stops: new Set(), isOver: false },
  tellProgress: () => {},
};

keepShape(new RunningCall(NO_WORKER, 1, 0, 0));
