import type { Stage } from "./stage.ts";

/** One use of a stage by another: `input` is its place among those that the consumer takes from. */
export interface Link {
  readonly from: Stage;
  readonly to: Stage;
  readonly input: number;
}

/** The stages that a run needs. */
export interface Graph {
  /** Each once, every stage after those that it takes from. */
  readonly stages: readonly Stage[];
  /** The links out of a stage, in the order in which its consumers use it. */
  outputs(stage: Stage): readonly Link[];
  /** True for a branch of a `tee` that runs apart from this graph. */
  isApart(stage: Stage): boolean;
}

/**
 * All stages that lead to this one, each once.
 *
 * Branches of a `tee` that has others outside of this graph are where it begins: what is before them runs apart.
 */
export function walkGraph(end: Stage): Graph {
  const whole = walk(end, new Set());
  const apart = whole.stages.filter((stage) => {
    const [tee] = stage.upstreams;
    return stage.work.kind === "branch" && tee !== undefined && whole.outputs(tee).length < stage.work.count;
  });
  return apart.length === 0 ? whole : walk(end, new Set(apart));
}

function walk(end: Stage, apart: ReadonlySet<Stage>): Graph {
  const stages = new Set<Stage>();
  const links = new Map<Stage, Link[]>();
  const visit = (stage: Stage): void => {
    if (stages.has(stage)) return;
    for (const [input, from] of apart.has(stage) ? [] : stage.upstreams.entries()) {
      visit(from);
      const known = links.get(from);
      if (known === undefined) links.set(from, [{ from, to: stage, input }]);
      else known.push({ from, to: stage, input });
    }
    stages.add(stage);
  };
  visit(end);
  return {
    stages: [...stages],
    outputs: (stage) => links.get(stage) ?? [],
    isApart: (stage) => apart.has(stage),
  };
}
