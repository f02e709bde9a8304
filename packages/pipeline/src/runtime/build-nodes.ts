import type { Item } from "../elements/element.ts";
import { checkThrough } from "../graph/source-kind.ts";
import type { FunctionStage, Stage } from "../graph/stage.ts";
import type { Graph, Link } from "../graph/walk-graph.ts";
import { type LanePlan, planLanes } from "../order/plan-lanes.ts";
import { ReorderBuffer } from "../order/reorder-buffer.ts";
import { SortBarrier } from "../order/sort-barrier.ts";
import { SourceGate } from "../order/source-gate.ts";
import { itemCopier } from "../order/split-marks.ts";
import { IterableQueue } from "../queues/iterable-queue.ts";
import { DemandQueue } from "../queues/lazy-queues.ts";
import { OutputQueues } from "../queues/output-queues.ts";
import type { StageCounters } from "../stats/stage-counters.ts";
import { callerOf, isInline } from "./callers.ts";
import { hearOutputs } from "./hear-outputs.ts";
import { InlineBatch } from "./inline-batch.ts";
import { InlineFunction } from "./inline-function.ts";
import { inlineIndex } from "./inline-index.ts";
import type { InlineStep } from "./inline-step.ts";
import { MergedQueues } from "./merged-queues.ts";
import { newQueue } from "./new-queue.ts";
import { InlineLoop } from "./run-inline-stage.ts";
import type { Inlet, Plane, RunNode } from "./run-node.ts";
import { OrderedNode } from "./run-ordered.ts";
import { WorkerStage } from "./run-worker-stage.ts";
import { SourcePump } from "./source-pump.ts";
import { StageRun } from "./stage-run.ts";
import { valuesOf } from "./through.ts";

// Of what has no workers and so no size of its own: two elements, as of a stage with one worker.
const PLAIN_MAXSIZE = 2;

/** All that works during a run. */
export interface BuiltNodes {
  readonly nodes: readonly RunNode[];
  readonly sources: readonly SourcePump[];
  readonly output: IterableQueue<Item>;
  /** What is counted of a stage; undefined for one that calls no function. */
  countersOf(stage: Stage): StageCounters | undefined;
}

/** What a run gives to its nodes. */
export interface BuildFacts {
  /** Of the output queue. */
  readonly maxsize: number | undefined;
  /** The elements of a branch that runs apart. */
  readonly branchOf: (branch: Stage) => AsyncIterable<unknown>;
}

/** Stages that become one node: those in a loop, or one alone. */
interface Group {
  readonly first: Stage;
  last: Stage;
  readonly steps: ((wake: () => void) => InlineStep)[];
  readonly isLoop: boolean;
}

/** Builds the nodes of a run and the queues between them. */
export function buildNodes(graph: Graph, end: Stage, plane: Plane, facts: BuildFacts): BuiltNodes {
  return new NodeBuilder(graph, end, plane, facts).build();
}

class NodeBuilder {
  readonly #graph: Graph;
  readonly #end: Stage;
  readonly #plane: Plane;
  readonly #maxsize: number | undefined;
  readonly #branchOf: BuildFacts["branchOf"];
  readonly #lanes: LanePlan;
  readonly #groups = new Map<Stage, Group>();
  readonly #queues = new Map<Link, IterableQueue<Item>>();
  readonly #sources: SourcePump[] = [];
  readonly #counters = new Map<Stage, StageCounters>();
  #output: IterableQueue<Item> = new IterableQueue();

  constructor(graph: Graph, end: Stage, plane: Plane, { maxsize, branchOf }: BuildFacts) {
    this.#branchOf = branchOf;
    this.#graph = graph;
    this.#end = end;
    this.#plane = plane;
    this.#maxsize = maxsize;
    this.#lanes = planLanes(graph, ({ work }) => ["source", "through", "ordered"].includes(work.kind));
  }

  build(): BuiltNodes {
    for (const stage of this.#graph.stages) this.#group(stage);
    const nodes = [...new Set(this.#groups.values())].map((group) => this.#node(group));
    const countersOf = (stage: Stage): StageCounters | undefined => this.#counters.get(stage);
    return { nodes, sources: this.#sources, output: this.#output, countersOf };
  }

  /** Puts a stage in the loop that brings its elements, or in a group of its own. */
  #group(stage: Stage): void {
    const { work } = stage;
    const isLoop = work.kind === "function" ? isInline(work) : work.kind !== "ordered";
    const [from] = stage.upstreams;
    const before = from === undefined ? undefined : this.#groups.get(from);
    const hasQueue = ["source", "through", "concat", "branch"].includes(work.kind);
    // What waits here would hold a batch whose time has come.
    const isTimed =
      work.kind === "batch" && work.maxWaitMs !== Number.POSITIVE_INFINITY && before?.steps.length !== 0;
    const isFree = isLoop && !hasQueue && !isTimed;
    const isJoined = isFree && before?.isLoop && this.#graph.outputs(before.last).length === 1;
    const group = isJoined ? (before as Group) : { first: stage, last: stage, steps: [], isLoop };
    group.last = stage;
    const step = isLoop ? this.#step(stage) : undefined;
    if (step !== undefined) group.steps.push(step);
    this.#groups.set(stage, group);
  }

  #step(stage: Stage): ((wake: () => void) => InlineStep) | undefined {
    const { work } = stage;
    if (work.kind === "function") return () => new InlineFunction(this.#run(stage, work));
    if (work.kind === "batch")
      return (wake) => new InlineBatch(work.size, work.maxWaitMs, this.#lanes.lanesThrough(stage), wake);

    return work.kind === "index" ? () => inlineIndex : undefined;
  }

  #node(group: Group): RunNode {
    const out = this.#outputs(group);
    const { first } = group;
    if (group.isLoop) return this.#loop(group, out);
    const queue = this.#inputs(first)[0] as IterableQueue<Item>;
    const node =
      first.work.kind === "function"
        ? this.#workers(this.#run(first, first.work), queue, out.queues)
        : this.#ordered(first, queue, out.queues);
    queue.onPut = node.wake;
    queue.onEnd = node.wake;
    out.listen(node);
    return node;
  }

  #run(stage: Stage, work: FunctionStage): StageRun {
    const run = new StageRun(stage, work, this.#plane);
    this.#counters.set(stage, run.counters);
    return run;
  }

  #workers(run: StageRun, queue: IterableQueue<Item>, out: OutputQueues<Item>): RunNode {
    return new WorkerStage(run, queue, out, callerOf(run));
  }

  #loop(group: Group, out: Outputs): RunNode {
    const wake = (): void => loop.wake();
    const inlet = this.#inlet(group.first, wake);
    const steps = group.steps.map((make) => make(wake));
    const loop = new InlineLoop(this.#plane, inlet, out.queues, steps);
    out.listen(loop);
    return loop;
  }

  #inlet(stage: Stage, wake: () => void): Inlet {
    const { work } = stage;
    const queues = this.#inputs(stage);
    const [queue] = queues;
    if (work.kind === "source") return this.#source(stage, work.source, work.isIndexed, wake);
    if (work.kind === "through" && queue !== undefined)
      return this.#source(stage, () => checkThrough(work.transform(valuesOf(queue))), false, wake, queue);
    if (work.kind === "branch" && queue === undefined)
      return this.#source(stage, () => this.#branchOf(stage), true, wake);
    if (work.kind === "concat") {
      const merged = new MergedQueues(queues, work.order === "source");
      merged.listen(wake);
      return merged;
    }
    if (queue === undefined) throw new Error(`Stage "${stage.name}" takes from nothing`);
    queue.onPut = wake;
    queue.onEnd = wake;
    return queue;
  }

  #source(
    stage: Stage,
    source: unknown,
    isIndexed: boolean,
    wake: () => void,
    input?: IterableQueue<Item>,
  ): SourcePump {
    const origin = this.#graph.stages.indexOf(stage);
    const pump = new SourcePump(this.#plane, { source, isIndexed, origin, name: stage.name, input });
    pump.onReady = wake;
    pump.gate = this.#gate(stage, wake);
    this.#sources.push(pump);
    return pump;
  }

  #ordered(stage: Stage, queue: IterableQueue<Item>, out: OutputQueues<Item>): OrderedNode {
    const ledger = this.#lanes.ledgerOf(stage);
    const holder = ledger === undefined ? new SortBarrier() : new ReorderBuffer(ledger);
    const node = new OrderedNode(this.#plane, queue, out, holder);
    node.gate = this.#gate(stage, () => node.wake());
    if (ledger !== undefined) ledger.onChange = () => node.wake();
    return node;
  }

  #gate(stage: Stage, wake: () => void): SourceGate | undefined {
    const lanes = this.#lanes.lanesOf(stage);
    return lanes.length === 0 ? undefined : new SourceGate(lanes, wake);
  }

  #inputs(stage: Stage): readonly IterableQueue<Item>[] {
    if (this.#graph.isApart(stage)) return [];
    return stage.upstreams.map((from, input) => {
      const link = this.#graph.outputs(from).find((found) => found.to === stage && found.input === input);
      return this.#queueOf(link as Link);
    });
  }

  #outputs(group: Group): Outputs {
    const links = this.#graph.outputs(group.last);
    const queues = links.map((link) => this.#queueOf(link));
    if (group.last === this.#end) {
      this.#output = group.isLoop
        ? new DemandQueue()
        : new IterableQueue({ maxsize: this.#outputSize(group.last) });
      queues.push(this.#output);
    }
    const copier =
      queues.length > 1 ? itemCopier(links.map((link) => this.#lanes.lanesThrough(link))) : undefined;
    return {
      queues: new OutputQueues(queues, copier),
      listen: (node) => hearOutputs(node, queues, this.#plane, group.isLoop),
    };
  }

  #outputSize({ work }: Stage): number {
    if (this.#maxsize !== undefined) return this.#maxsize;
    return work.kind === "function" ? work.options.maxsize : PLAIN_MAXSIZE;
  }

  #queueOf(link: Link): IterableQueue<Item> {
    const known = this.#queues.get(link);
    if (known !== undefined) return known;
    const queue = newQueue(link);
    this.#queues.set(link, queue);
    return queue;
  }
}

interface Outputs {
  readonly queues: OutputQueues<Item>;
  /** Sets who hears that there is room, or that nobody takes from them any more. */
  listen(node: RunNode): void;
}
