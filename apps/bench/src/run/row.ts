import type { BenchCase, Figure, Yardstick } from "../cases/case.ts";
import type { Kind } from "../peers/peer.ts";
import { median, quantile, ratiosPerRound } from "../statistics.ts";
import { type Comparison, judge } from "../verdict.ts";
import type { Entry, GroupSettings, Round } from "./entry.ts";

/** What one peer reached in one row. */
export interface PeerFigures {
  readonly name: string;
  readonly role: "library" | "limit";
  readonly settings: string;
  readonly node: string | undefined;
  /** What the checks before timing marked. */
  readonly marks: readonly string[];
  /** Why rounds are missing, if any are. */
  readonly failure: string | undefined;
  readonly rounds: readonly Round[];
  /** Medians over the rounds; absent when there are none. */
  readonly speed: number | undefined;
  readonly lowerQuartileSpeed: number | undefined;
  readonly p50Us: number | undefined;
  readonly p99Us: number | undefined;
  /** Further figures, medians. */
  readonly figures: Readonly<Record<string, number>>;
  /** Median of its per-round ratios to the best peer. */
  readonly ratioToBest: number | undefined;
}

/** One workload with one kind and number of workers. */
export interface Row {
  readonly case: string;
  readonly title: string;
  readonly figure: Figure;
  readonly kind: Kind;
  readonly workers: number;
  /** Absent: the row is only shown. */
  readonly goal: number | undefined;
  /** Best first. */
  readonly peers: readonly PeerFigures[];
  /** The library that is judged. */
  readonly ours: string;
  /** The fastest library of this row apart from ours. */
  readonly bestPeer: string | undefined;
  /** What ours is compared with, unless it is the best peer. */
  readonly yardstick: string | undefined;
  /** Ours against the best peer or the yardstick; absent when either has no figures. */
  readonly comparison: Comparison | undefined;
}

function medianOf(values: readonly (number | undefined)[]): number | undefined {
  const present = values.filter((value) => value !== undefined);
  return present.length === 0 ? undefined : median(present);
}

function figuresByLabel(rounds: readonly Round[]): Readonly<Record<string, number>> {
  const labels = Object.keys(rounds[0]?.figures ?? {});
  return Object.fromEntries(
    labels.map((label) => [label, medianOf(rounds.map((round) => round.figures?.[label])) ?? Number.NaN]),
  );
}

function figuresOf(entry: Entry, benchCase: BenchCase): Omit<PeerFigures, "ratioToBest"> {
  const rounds = entry.roundsOf(benchCase);
  const speeds = rounds.map((round) => round.speed);
  return {
    name: entry.peer.name,
    role: entry.peer.role,
    settings: entry.peer.settings,
    node: entry.node,
    marks: entry.marks,
    failure: entry.failureOf(benchCase),
    rounds,
    speed: medianOf(speeds),
    lowerQuartileSpeed: speeds.length === 0 ? undefined : quantile(speeds, 0.25),
    p50Us: medianOf(rounds.map((round) => round.p50Us)),
    p99Us: medianOf(rounds.map((round) => round.p99Us)),
    figures: figuresByLabel(rounds),
  };
}

/** The part of a peer's figures that ratios are made of. */
type Rounds = Pick<PeerFigures, "rounds">;

/** The ratios of two peers, of each round that both have. */
function ratiosOf(ours: Rounds, theirs: Rounds): number[] {
  const speeds = ({ rounds }: Rounds) => new Map(rounds.map((each) => [each.round, each.speed]));
  return ratiosPerRound(speeds(ours), speeds(theirs));
}

/** Our ratios to what the workload is judged by; undefined when that has no figures. */
export function ratiosToJudge(
  own: Rounds,
  best: Rounds | undefined,
  yardstick: Yardstick | undefined,
  peers: readonly (Rounds & { readonly name: string })[],
): number[] | undefined {
  if (yardstick === undefined) return best && ratiosOf(own, best);
  if ("speed" in yardstick) return own.rounds.map((round) => round.speed / yardstick.speed);
  const other = peers.find((peer) => peer.name === yardstick.peer);
  return other && ratiosOf(own, other);
}

/** Puts one row together: figures of all, the best peer, and how `ours` compares with it. */
export function rowOf(
  benchCase: BenchCase,
  settings: GroupSettings,
  entries: readonly Entry[],
  ours: string,
): Row {
  const peers = entries
    .filter((entry) => entry.takesPart(benchCase))
    .map((entry) => figuresOf(entry, benchCase))
    .sort((left, right) => (right.speed ?? 0) - (left.speed ?? 0));
  // One that failed on the way is listed, but can't be the measure of others.
  const whole = peers.filter((peer) => peer.failure === undefined && peer.rounds.length > 0);
  const own = whole.find((peer) => peer.name === ours);
  const best = whole.find((peer) => peer.role === "library" && peer.name !== ours);
  const ratio = (peer: Rounds) => best && medianOf(ratiosOf(peer, best));
  const goal = benchCase.goals[settings.kind];
  const yardstick = benchCase.yardsticks?.[settings.kind];
  const ratios = own && ratiosToJudge(own, best, yardstick, whole);
  return {
    case: benchCase.name,
    title: benchCase.title,
    figure: benchCase.figure,
    kind: settings.kind,
    workers: settings.workers,
    goal,
    peers: peers.map((peer) => ({ ...peer, ratioToBest: ratio(peer) })),
    ours,
    bestPeer: best?.name,
    yardstick: yardstick && ("peer" in yardstick ? yardstick.peer : yardstick.words),
    comparison: ratios && judge(ratios, goal),
  };
}
