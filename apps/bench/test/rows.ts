import type { PeerFigures, Row } from "../src/run/row.ts";
import { judge } from "../src/verdict.ts";

/** A peer without figures but for the given ones. */
export function peer(name: string, figures: Partial<PeerFigures> = {}): PeerFigures {
  return {
    name,
    role: "library",
    settings: "",
    node: "v20.19.0",
    marks: [],
    failure: undefined,
    rounds: [],
    speed: undefined,
    lowerQuartileSpeed: undefined,
    p50Us: undefined,
    p99Us: undefined,
    figures: {},
    ratioToBest: undefined,
    ...figures,
  };
}

/** A row of threads whose goal is x1.3. */
export function row(peers: readonly PeerFigures[], ratios?: readonly number[]): Row {
  return {
    case: "burst",
    title: "a burst",
    figure: "rate",
    kind: "thread",
    workers: 2,
    goal: 1.3,
    peers,
    ours: "ours",
    bestPeer: "best",
    yardstick: undefined,
    comparison: ratios && judge(ratios, 1.3),
  };
}
