import type { Stage } from "../graph/stage.ts";
import type { Graph, Link } from "../graph/walk-graph.ts";
import { ElementLedger, type Lane } from "./element-ledger.ts";

/** Which `ordered`s wait for the elements of which source, and by which ways. */
export interface LanePlan {
  /** The ledger of an `ordered`; undefined for one that sorts in the end. */
  ledgerOf(stage: Stage): ElementLedger | undefined;
  /** The lanes of what comes out of a source or an `ordered`. */
  lanesOf(stage: Stage): readonly Lane[];
  /** The lanes that lead through one link. */
  lanesThrough(link: Link): ReadonlySet<Lane>;
}

/** Plans the ledgers of a run. */
export function planLanes(graph: Graph, isOrigin: (stage: Stage) => boolean): LanePlan {
  const ledgers = new Map<Stage, ElementLedger>();
  for (const stage of graph.stages) {
    const { work } = stage;
    if (work.kind === "ordered" && work.window !== Number.POSITIVE_INFINITY && !comesApart(graph, stage))
      ledgers.set(stage, new ElementLedger(work.window));
  }
  const lanes = new Map<Stage, readonly Lane[]>();
  const through = new Map<Link, Set<Lane>>();
  for (const [number, stage] of graph.stages.entries()) {
    if (ledgers.size === 0 || !isOrigin(stage)) continue;
    const found = new Map<string, Lane>();
    follow(stage, [], [], (ordered, prefix, way) => {
      const ledger = ledgers.get(ordered);
      if (ledger === undefined) return;
      const key = `${graph.stages.indexOf(ordered)}:${prefix.join()}`;
      const lane = found.get(key) ?? ledger.addLane(prefix, number);
      found.set(key, lane);
      for (const link of way) through.set(link, (through.get(link) ?? new Set()).add(lane));
    });
    lanes.set(stage, [...found.values()]);
  }

  /** Finds each `ordered` that elements come to next, what their indexes get in front, and the way. */
  function follow(
    stage: Stage,
    prefix: readonly number[],
    way: readonly Link[],
    onOrdered: (ordered: Stage, prefix: readonly number[], way: readonly Link[]) => void,
  ): void {
    for (const link of graph.outputs(stage)) {
      const { to, input } = link;
      const longer = [...way, link];
      const { work } = to;
      if (work.kind === "ordered") onOrdered(to, prefix, longer);
      else if (work.kind === "concat" && work.order === "source")
        follow(to, [input, ...prefix], longer, onOrdered);
      else if (work.kind !== "through") follow(to, prefix, longer, onOrdered);
    }
  }

  return {
    ledgerOf: (stage) => ledgers.get(stage),
    lanesOf: (stage) => lanes.get(stage) ?? [],
    lanesThrough: (link) => through.get(link) ?? new Set(),
  };
}

/** Whether elements come to an `ordered` from a branch that runs apart: in any order, and no gate holds them off. */
function comesApart(graph: Graph, stage: Stage): boolean {
  if (graph.isApart(stage)) return true;
  return stage.upstreams.some(
    (from) => from.work.kind !== "through" && from.work.kind !== "ordered" && comesApart(graph, from),
  );
}
