import type { ControlLane } from "../control/control-lane.ts";
import type { BroadcastRequest, PoolControls } from "../control/controls.ts";
import { WorkerStartError } from "../errors/worker-errors.ts";
import type { Frame, Link } from "../protocol/connection.ts";
import {
  type FailedMessage,
  type HostSpec,
  LENDS,
  type ReadyMessage,
  SEVERAL,
  type StartMessage,
} from "../protocol/frame.ts";
import type { LentArguments } from "../protocol/lent-arguments.ts";
import type { NestedPools } from "../protocol/nested-pools.ts";
import type { RunNow } from "../protocol/run-now.ts";
import { encodeThrown, type WireThrown } from "../protocol/wire-error.ts";
import { within } from "../util/within.ts";
import { ActorQueue } from "./actor-queue.ts";
import { Borrowed } from "./borrowed.ts";
import { provideCallContext, type RunHook, type RunInContext, runInAsyncContext } from "./call-context.ts";
import { type LoadedClass, LoadFailure } from "./loaded-class.ts";
import { Replies } from "./replies.ts";
import type { Method } from "./run-method.ts";
import { RunningCall, type WorkerFacts } from "./running-call.ts";
import { WorkReport } from "./work-report.ts";
import { type Lifecycle, startWorker, stopWorker } from "./worker-lifecycle.ts";

// What is kept of the time for the end of a worker, for that of its pools.
const POOLS_MS = 1000;

/** What differs between a host in the caller's realm and one in a thread or process. */
export interface HostEnvironment {
  /** Finds the class. Returns at once where the class is at hand. */
  readonly load: (spec: HostSpec) => LoadedClass | Promise<LoadedClass>;
  readonly runInContext: (spec: HostSpec) => RunInContext;
  readonly runHook: RunHook;
  /** Where pools belong that the worker's code makes. */
  readonly pools: NestedPools;
  readonly explain: (thrown: unknown) => unknown;
  /** Where the worker's limits come from. */
  readonly limits: (spec: HostSpec) => unknown;
  /** The way to the pool for everything that is no call. */
  readonly control: ControlLane<PoolControls>;
  /** Ends what the worker has left behind, in so many milliseconds. */
  readonly clear: (limitMs: number) => Promise<void>;
}

/** The answering side: starts one worker, runs its calls, sends back what became of them. */
export class Host {
  readonly #link: Link;
  readonly #environment: HostEnvironment;
  #queue: ActorQueue | undefined;
  #replies: Replies | undefined;
  #lifecycle: Lifecycle | undefined;
  #running: { instance: object; worker: WorkerFacts; methods: readonly Method[] } | undefined;
  #stopped: Promise<void> | undefined;
  #loaded: LoadedClass | undefined;

  constructor(link: Link, environment: HostEnvironment) {
    this.#link = link;
    this.#environment = environment;
    link.onFrame((frame) => this.#receive(frame));
    link.onDrain(() => this.#queue?.pump());
  }

  /** The calls that wait and run; undefined until the worker is up. */
  get queue(): ActorQueue | undefined {
    return this.#queue;
  }

  /** Runs a call without messages, in a host that is up and has nothing else to do. */
  readonly runNow: RunNow = (callNumber, slot, op, value, now) =>
    (this.#queue as ActorQueue).runNow(callNumber, slot, op, value, now);

  /** Sends what is done but not sent yet; for the moment before a sudden end. */
  flush(): void {
    this.#replies?.flush(performance.now());
  }

  /** Aborts what runs, runs the worker's `onStop`, and ends its pools, once. @param limitMs How long it lives on. */
  stop(limitMs: number): Promise<void> {
    this.#stopped ??= this.#stop(limitMs);
    return this.#stopped;
  }

  /** Tells the name under which the worker's module exports a class. */
  get exports(): LoadedClass["exportName"] | undefined {
    return this.#loaded?.exportName;
  }

  /** Makes plain data of what was thrown here. */
  encode(thrown: unknown): WireThrown {
    const { exports } = this;
    return encodeThrown(thrown, { wire: this.#link.info.wire, ...(exports && { exports }) });
  }

  /** Runs a method at once, beside the calls that wait and run. */
  async runBeside({ callId, methodIndex, lends }: BroadcastRequest, args: unknown): Promise<unknown> {
    const running = this.#running;
    if (running === undefined) throw new Error("The worker is not up.");
    const { instance, worker, methods } = running;
    const call = new RunningCall(worker, callId, 0, methodIndex, { isBeside: true });
    const method = methods[methodIndex] as Method;
    if (!lends) return runInAsyncContext(call, method, instance, SEVERAL, args);
    return this.#borrowing(runInAsyncContext)(call, method, instance, SEVERAL | LENDS, args);
  }

  async #stop(limitMs: number): Promise<void> {
    const deadline = performance.now() + limitMs;
    this.#queue?.abortAll(new DOMException("The worker is stopping.", "AbortError"));
    const { runHook, pools, clear } = this.#environment;
    const stopped = this.#lifecycle && stopWorker(this.#lifecycle, runHook);
    // An `onStop` that takes too long leaves its pools the time that they need.
    const forPoolsMs = pools.stops.size === 0 ? 0 : Math.min(limitMs / 2, POOLS_MS);
    await (forPoolsMs === 0 ? stopped : within(limitMs - forPoolsMs, stopped));
    await clear(Math.max(0, deadline - performance.now()));
    await stopped;
  }

  #receive(frame: Frame): void {
    if (frame.lane === "control") this.#environment.control.receive(frame.body);
    else if (this.#queue !== undefined) this.#queue.receive(frame.body as ArrayLike<unknown>);
    else this.#start((frame.body as StartMessage).spec);
  }

  #start(spec: HostSpec): void {
    try {
      const loaded = this.#environment.load(spec);
      if (loaded instanceof Promise) {
        loaded.then((found) => this.#construct(spec, found)).catch((error) => this.#fail(error));
      } else {
        this.#construct(spec, loaded);
      }
    } catch (error) {
      this.#fail(error);
    }
  }

  #construct(spec: HostSpec, loaded: LoadedClass): void {
    this.#loaded = loaded;
    provideCallContext();
    const failed = (cause: unknown): void => this.#fail(startError(spec, cause));
    try {
      const lifecycle = startWorker(
        loaded.workerClass,
        spec,
        this.#environment.limits(spec),
        this.#environment.runHook,
      );
      if (lifecycle.started === undefined) this.#ready(spec, loaded, lifecycle);
      else lifecycle.started.then(() => this.#ready(spec, loaded, lifecycle), failed);
    } catch (cause) {
      failed(cause);
    }
  }

  #ready(spec: HostSpec, loaded: LoadedClass, lifecycle: Lifecycle): void {
    const { instance } = lifecycle;
    const report = new WorkReport(spec.methods.length);
    this.#lifecycle = lifecycle;
    this.#replies = new Replies(this.#link, report, loaded.exportName);
    const { workerId, workerIndex, timeoutMs } = spec;
    const isInline = this.#link.info.wire === "reference";
    const { pools, control } = this.#environment;
    const tellProgress: WorkerFacts["tellProgress"] = (note) =>
      control.call("progress", note).catch(() => {});
    const worker = { workerId, workerIndex, methods: spec.methods, timeoutMs, isInline, pools, tellProgress };
    const methods = spec.methods.map((name) => (instance as Record<string, Method>)[name] as Method);
    this.#running = { instance, worker, methods };
    const runInContext = this.#environment.runInContext(spec);
    this.#queue = new ActorQueue({
      link: this.#link,
      worker,
      instance,
      methods,
      slots: spec.slots,
      concurrency: spec.concurrency,
      runInContext,
      runBorrowing: this.#borrowing(runInContext),
      replies: this.#replies,
      report,
      explain: this.#environment.explain,
    });
    this.#post({ type: "ready", via: loaded.via });
  }

  /** Lends a method what its caller has lent. */
  #borrowing(run: RunInContext): RunInContext {
    const { control } = this.#environment;
    const exported = this.#loaded?.exported ?? (() => undefined);
    const lender = { control, wire: this.#link.info.wire, exported };
    return (call, method, instance, op, value) => {
      const lent = value as LentArguments;
      const borrowed = new Borrowed(lender, lent.owner, call);
      const args = borrowed.argumentsOf(lent);
      return borrowed.during(() => run(call, method, instance, op & ~LENDS, args));
    };
  }

  #fail(thrown: unknown): void {
    const failure = thrown instanceof LoadFailure ? thrown : new LoadFailure(thrown);
    const error = this.encode(failure.error);
    this.#post({ type: "failed", error, ...(failure.respawn && { respawn: failure.respawn }) });
  }

  #post(body: ReadyMessage | FailedMessage): void {
    this.#link.post({ lane: "call", body, form: "value" });
  }
}

function startError(spec: HostSpec, cause: unknown): WorkerStartError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new WorkerStartError(`Worker ${spec.workerIndex} of "${spec.poolName}" could not start: ${reason}`, {
    cause,
  });
}
