import type { Stage } from "../graph/stage.ts";
import type { Graph, Link } from "../graph/walk-graph.ts";
import { ElementLedger, type Lane } from "./element-ledger.ts";

/** Which `ordered`s wait for the elements of which source, and by which ways. */
export interface LanePlan {
  /** The ledger of an `ordered`; undefined for one that sorts in the end. */
  ledgerOf(stage: Stage): ElementLedger | undefined;
  /** The lanes of what comes out of a source or an `ordered`. */
  lanesOf(stage: Stage): readonly Lane[];
  /** The lanes that lead through one link or stage. */
  lanesThrough(place: Link | Stage): ReadonlySet<Lane>;
}

/** A way from a source to the next `ordered` or `through`. */
interface Way {
  readonly to: Stage;
  /** Links by which indexes get a number in front, the last one first. */
  readonly placing: readonly Link[];
  readonly places: readonly (Link | Stage)[];
}

/**
 * Plans the ledgers of a run.
 *
 * A source is held off for one `ordered` only. Where its elements go on by other ways too, what that one waits for may need
 * them: such a source has no window.
 */
export function planLanes(graph: Graph, isOrigin: (stage: Stage) => boolean): LanePlan {
  const ledgers = new Map<Stage, ElementLedger>();
  for (const stage of graph.stages) {
    const { work } = stage;
    if (work.kind === "ordered" && work.window !== Number.POSITIVE_INFINITY && !comesApart(graph, stage))
      ledgers.set(stage, new ElementLedger());
  }
  const lanes = new Map<Stage, readonly Lane[]>();
  const through = new Map<Link | Stage, Set<Lane>>();
  for (const [number, stage] of graph.stages.entries()) {
    if (ledgers.size === 0 || !isOrigin(stage)) continue;
    const ways = waysFrom(graph, stage, [], []);
    // Not the numbers alone: what got the same by other links goes other ways from there.
    const keyOf = ({ to, placing }: Way): string =>
      [to, ...placing.flatMap((link) => [link.to, link.input])]
        .map((at) => (typeof at === "number" ? at : graph.stages.indexOf(at)))
        .join();
    const isGated = new Set(ways.map(keyOf)).size === 1 && !mayHoldOthers(graph, stage);
    const found = new Map<string, Lane>();
    for (const way of ways) {
      const { to, placing, places } = way;
      const ledger = ledgers.get(to);
      if (ledger === undefined || to.work.kind !== "ordered") continue;
      const window = isGated ? to.work.window : Number.POSITIVE_INFINITY;
      const prefix = placing.map(({ input }) => input);
      const lane = found.get(keyOf(way)) ?? ledger.addLane(prefix, number, window);
      found.set(keyOf(way), lane);
      for (const place of places) through.set(place, (through.get(place) ?? new Set()).add(lane));
    }
    lanes.set(stage, [...found.values()]);
  }
  return {
    ledgerOf: (stage) => ledgers.get(stage),
    lanesOf: (stage) => lanes.get(stage) ?? [],
    lanesThrough: (place) => through.get(place) ?? new Set(),
  };
}

function waysFrom(
  graph: Graph,
  stage: Stage,
  placing: readonly Link[],
  places: readonly (Link | Stage)[],
): readonly Way[] {
  return graph.outputs(stage).flatMap((link): readonly Way[] => {
    const { to } = link;
    const longer = [...places, link, to];
    const { work } = to;
    if (work.kind === "ordered" || work.kind === "through") return [{ to, placing, places: longer }];
    const isPlaced = work.kind === "concat" && work.order === "source";
    return waysFrom(graph, to, isPlaced ? [link, ...placing] : placing, longer);
  });
}

/** Whether a `through` that is held off would hold up others: what it takes from gives its elements to them, too. */
function mayHoldOthers(graph: Graph, stage: Stage): boolean {
  return stage.work.kind === "through" && isShared(graph, stage);
}

function isShared(graph: Graph, stage: Stage): boolean {
  if (graph.isApart(stage)) return true;
  return stage.upstreams.some((from) => graph.outputs(from).length > 1 || isShared(graph, from));
}

/** Whether elements come to an `ordered` from a branch that runs apart: in any order, and no gate holds them off. */
function comesApart(graph: Graph, stage: Stage): boolean {
  if (graph.isApart(stage)) return true;
  return stage.upstreams.some(
    (from) => from.work.kind !== "through" && from.work.kind !== "ordered" && comesApart(graph, from),
  );
}
