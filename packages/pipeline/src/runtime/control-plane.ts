import { StoppedError } from "concurry";
import { type Deferred, deferred, Events, onAbort } from "concurry/internal";
import type { Item } from "../elements/element.ts";
import { noteError } from "../errors/error-context.ts";
import type { Stage } from "../graph/stage.ts";
import { walkGraph } from "../graph/walk-graph.ts";
import type { ResolvedRunOptions } from "../options/run-options.ts";
import type { EndReason } from "../options/stage-options.ts";
import type { IterableQueue } from "../queues/iterable-queue.ts";
import { RunBars } from "../stats/progress.ts";
import { PIPELINE_EVENTS, type PipelineEvents } from "../stats/run-events.ts";
import type { RunState, RunStats } from "../stats/run-stats.ts";
import { type BuildFacts, type BuiltNodes, buildNodes } from "./build-nodes.ts";
import { hearSignals } from "./process-signals.ts";
import type { FailureFacts, RunNode } from "./run-node.ts";
import { SupervisedNode } from "./supervised-node.ts";
import { Supervisor } from "./supervisor.ts";

/**
 * What holds a run together, whatever modes it mixes: builds queues, workers and outputs of its stages, once; starts them by
 * one {@link Supervisor}; keeps the one error; knows the one way to stop.
 *
 * Each run makes its own: `PipelineRun.plane`.
 *
 * @example
 * const run = pipeline(urls).map(fetchText, { mode: "async", workers: 10 }).start();
 * const clock = setTimeout(() => run.plane.raise(new Error("out of time"), { stage: "clock" }), 60_000);
 * try {
 *   for await (const text of run) console.log(text.length);
 * } finally {
 *   clearTimeout(clock);
 * }
 */
export class ControlPlane {
  /** @internal */
  readonly events: Events<PipelineEvents> = new Events<PipelineEvents>(PIPELINE_EVENTS);
  /** @internal What the last stage has made. */
  readonly output: IterableQueue<Item>;
  /** @internal */
  readonly options: ResolvedRunOptions;
  /** True from the first moment of a stop: nothing is started any more, results are ignored. */
  isStopped: boolean = false;
  /** @internal True once the reader has asked for an element. */
  isPulling: boolean = false;
  /** @internal Elements that the reader was given. */
  yielded: number = 0;
  readonly #name: string;
  readonly #built: BuiltNodes;
  readonly #supervisor: Supervisor;
  readonly #supervised: ReadonlyMap<RunNode, SupervisedNode>;
  readonly #stages: readonly Stage[];
  readonly #ended: Deferred = deferred();
  #state: RunState = "idle";
  #startedAt = 0;
  #starting: Promise<void> | undefined;
  #isWanted = false;
  #failure: { readonly error: unknown; readonly others: unknown[] } | undefined;
  #stopListening: (() => void) | undefined;
  #letSignalsGo: (() => void) | undefined;
  readonly #show: (() => RunBars) | undefined;
  #bars: RunBars | undefined;

  /** @param branchOf The elements of a branch that runs apart. */
  constructor(name: string, end: Stage, options: ResolvedRunOptions, branchOf: BuildFacts["branchOf"]) {
    this.#name = name;
    this.options = options;
    const graph = walkGraph(end);
    this.#stages = graph.stages;
    this.#built = buildNodes(graph, end, this, { maxsize: options.maxsize, branchOf });
    this.output = this.#built.output;
    const cause = (): unknown => this.#stopCause();
    this.#supervised = new Map(
      this.#built.nodes.map((node) => [node, new SupervisedNode(node, options.stopMs, cause)]),
    );
    this.#supervisor = new Supervisor([...this.#supervised.values()], {
      // Most were raised already where they came up.
      onError: (error) => this.raise(error, { stage: name }),
      stopMs: options.stopMs,
    });
    const { progress } = options;
    if (progress !== undefined) {
      const { countersOf } = this.#built;
      const shown = { name, graph, end, countersOf, delivered: () => this.yielded };
      this.#show = () => new RunBars(shown, progress);
    }
    // Whoever reads or awaits it hears of a failure; nobody has to.
    this.#ended.promise.catch(() => {});
  }

  /** Resolves when the run is over and nothing of it is left; rejects with its error. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  /** @internal */
  get uptimeMs(): number {
    return this.#startedAt === 0 ? 0 : performance.now() - this.#startedAt;
  }

  /** The first error of the run, which its reader gets; undefined as long as there is none. */
  pipelineError(): unknown {
    return this.#failure?.error;
  }

  /** @internal */
  get failure(): { readonly error: unknown } | undefined {
    return this.#failure;
  }

  /** Brings the workers up; nothing is pulled yet. From the second time on nothing happens. */
  start(): void {
    if (this.#state !== "idle") return;
    this.#state = "running";
    this.#startedAt = performance.now();
    this.#bars = this.#show?.();
    const { signal, signals } = this.options;
    if (signal !== undefined) this.#stopListening = onAbort(signal, (reason) => this.abort(reason));
    if (signals.length > 0) this.#letSignalsGo = hearSignals(signals, (reason) => this.abort(reason));
    if (this.isStopped) return;
    const checks = this.#stages.map((stage) => this.#check(stage)).filter((check) => check !== undefined);
    const starting =
      checks.length === 0 ? this.#startWorkers() : Promise.all(checks).then(() => this.#startWorkers());
    this.#starting = starting?.then(() => {
      this.#starting = undefined;
      if (this.#isWanted) this.#openSources();
    });
  }

  /** @internal Lets the sources be read, once the workers are up. */
  pull(): void {
    if (this.#isWanted) return;
    this.#isWanted = true;
    this.start();
    if (this.#starting === undefined) this.#openSources();
  }

  /** @internal The reader got an element. */
  delivered(): void {
    this.yielded++;
    this.#bars?.look();
  }

  /** Fails the run, which stops at once; after the first error the others are kept beside it. */
  raise(error: unknown, facts: FailureFacts): void {
    if (this.#failure !== undefined) {
      const { error: first, others } = this.#failure;
      if (first !== error && !others.includes(error)) others.push(error);
      return;
    }
    this.#fail(error, facts);
    void this.stop("error");
  }

  /** @internal Ends a node that nobody takes from any more, while the run goes on. */
  leave(node: RunNode): void {
    if (!this.isStopped) this.#supervised.get(node)?.leave();
  }

  /** Stops the run; its reader gets this reason. */
  abort(reason: unknown): void {
    if (this.isStopped) return;
    this.#fail(reason, { stage: undefined });
    void this.stop("abort");
  }

  /** Stops the run. Resolves when nothing of it is left; never rejects. */
  async stop(reason: EndReason): Promise<void> {
    if (this.isStopped) {
      await this.#ended.promise.catch(() => {});
      return;
    }
    this.isStopped = true;
    this.#stopListening?.();
    if (this.#state !== "idle") {
      this.#state = "stopping";
      // The supervisor aborts what runs before the sources are closed.
      const stopping = this.#supervisor.stop(reason);
      await Promise.all([
        stopping,
        ...this.#built.sources.map((source) => source.close(this.options.stopMs)),
      ]);
    }
    this.#settle(reason);
  }

  /** Counts and times of the run and its stages. Cheap; never waits. */
  stats(): RunStats {
    const { nodes, sources } = this.#built;
    return {
      name: this.#name,
      state: this.#state,
      uptimeMs: this.uptimeMs,
      pulled: sources.reduce((sum, source) => sum + source.pulled, 0),
      yielded: this.yielded,
      stages: nodes.flatMap((node) => node.stats()),
    };
  }

  /** Looks whether workers could find the functions of a stage; undefined when there is nothing to wait for. */
  #check({ name, work }: Stage): Promise<unknown> | undefined {
    const checking = work.kind === "function" ? work.plan?.check() : undefined;
    return checking?.catch((error: unknown) => this.raise(error, { stage: name }));
  }

  #startWorkers(): Promise<void> | undefined {
    return this.isStopped ? undefined : (this.#supervisor.start() ?? undefined);
  }

  #stopCause(): unknown {
    return this.#failure?.error ?? new StoppedError(`Pipeline "${this.#name}" was stopped.`);
  }

  #openSources(): void {
    if (this.isStopped) return;
    this.isPulling = true;
    for (const node of this.#built.nodes) node.wake();
  }

  #fail(error: unknown, { stage, worker, index, attempt = 1 }: FailureFacts): void {
    const others: unknown[] = [];
    this.#failure = { error, others };
    noteError(error, { stage, worker, index, attempt }, others, this.#startedAt);
  }

  #settle(reason: EndReason): void {
    const failure = this.#failure;
    this.#letSignalsGo?.();
    this.#bars?.end(reason === "end", failure);
    this.#state = failure !== undefined ? "failed" : reason === "end" ? "ended" : "stopped";
    if (failure === undefined) {
      this.output.kill();
      this.#ended.resolve();
      return;
    }
    if (!this.options.drainOnError || reason !== "error") this.output.kill();
    else this.output.stop();
    this.#ended.reject(failure.error);
  }
}
