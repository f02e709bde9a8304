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
import type { FailureFacts, Plane } from "./run-node.ts";
import { stopRun } from "./stop-run.ts";

/** One run: its nodes, its one error, its one way to stop. */
export class ControlPlane implements Plane {
  readonly events: Events<PipelineEvents> = new Events<PipelineEvents>(PIPELINE_EVENTS);
  readonly output: IterableQueue<Item>;
  readonly options: ResolvedRunOptions;
  isStopped = false;
  isPulling = false;
  yielded = 0;
  readonly #name: string;
  readonly #built: BuiltNodes;
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

  constructor(name: string, end: Stage, options: ResolvedRunOptions, branchOf: BuildFacts["branchOf"]) {
    this.#name = name;
    this.options = options;
    const graph = walkGraph(end);
    this.#built = buildNodes(graph, end, this, { maxsize: options.maxsize, branchOf });
    this.output = this.#built.output;
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

  get uptimeMs(): number {
    return this.#startedAt === 0 ? 0 : performance.now() - this.#startedAt;
  }

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
    const starts = this.#built.nodes.map((node) => node.start()).filter((start) => start !== undefined);
    if (starts.length === 0) return;
    // What goes wrong there was raised where it did, and stops the run.
    this.#starting = Promise.allSettled(starts).then(() => {
      this.#starting = undefined;
      if (this.#isWanted) this.#openSources();
    });
  }

  /** Lets the sources be read, once the workers are up. */
  pull(): void {
    if (this.#isWanted) return;
    this.#isWanted = true;
    this.start();
    if (this.#starting === undefined) this.#openSources();
  }

  /** The reader got an element. */
  delivered(): void {
    this.yielded++;
    this.#bars?.look();
  }

  raise(error: unknown, facts: FailureFacts): void {
    if (this.#failure !== undefined) {
      if (this.#failure.error !== error) this.#failure.others.push(error);
      return;
    }
    this.#fail(error, facts);
    void this.stop("error");
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
      const cause = this.#failure?.error ?? new StoppedError(`Pipeline "${this.#name}" was stopped.`);
      const { nodes, sources } = this.#built;
      await stopRun(nodes, sources, reason, cause, this.options.stopMs);
    }
    this.#settle(reason);
  }

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

  #openSources(): void {
    this.isPulling = true;
    for (const node of this.#built.nodes) node.wake();
  }

  #fail(error: unknown, { stage, worker, index, attempt = 1 }: FailureFacts): void {
    const others: unknown[] = [];
    this.#failure = { error, others };
    noteError(error, { stage, worker, index, attempt, others });
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
