import type { PeerFigures, Row } from "../run/row.ts";
import { type Comparison, isTie, VERDICT_ROUNDS } from "../verdict.ts";

const NAME_WIDTH = 15;
const FIGURE_WIDTH = 30;

// The results file has the whole reason.
const REASON_WIDTH = 100;

const VERDICT_WORDS = {
  reached: "reached",
  tie: "not slower, which the goal allows",
  missed: "MISSED",
  open: "",
};

function figure(peer: PeerFigures): string {
  if (peer.speed === undefined) return "-";
  const labelled = Object.entries(peer.figures).map(([label, value]) => `${value.toFixed(1)} ${label}`);
  if (labelled.length > 0) return labelled.join(", ");
  if (peer.p50Us !== undefined && peer.p99Us !== undefined) {
    return `p50 ${peer.p50Us.toFixed(1)} us, p99 ${peer.p99Us.toFixed(1)} us`;
  }
  return `${Math.round(peer.speed).toLocaleString("en-US").replaceAll(",", " ")}/s`;
}

/** A ratio for people: "x3.20", or "tie (x1.06)" when too close to call. */
function formatRatio(ratio: number): string {
  const text = `x${ratio.toFixed(2)}`;
  return isTie(ratio) ? `tie (${text})` : text;
}

/** Ratio, quartile, goal and verdict in one phrase. */
function formatComparison(comparison: Comparison, row: Row): string {
  const look = comparison.isFinal ? "" : `, first look: ${comparison.rounds} of ${VERDICT_ROUNDS} rounds`;
  const ratio = `${formatRatio(comparison.ratio)}, lower quartile x${comparison.lowerQuartile.toFixed(2)}`;
  if (row.goal === undefined) return `${ratio}; no goal${look}`;
  const measure = row.yardstick === undefined ? "" : ` of ${row.yardstick}`;
  return `${ratio}; goal x${row.goal}${measure}: ${VERDICT_WORDS[comparison.verdict]}${look}`;
}

function remark(row: Row, peer: PeerFigures): string {
  if (peer.failure !== undefined) return `FAILED: ${peer.failure.split("\n")[0]?.slice(0, REASON_WIDTH)}`;
  if (peer.name === row.bestPeer) return "best peer";
  if (peer.name === row.ours && row.comparison !== undefined) return formatComparison(row.comparison, row);
  const ratio = peer.ratioToBest === undefined ? "" : formatRatio(peer.ratioToBest);
  return peer.role === "limit" ? `${ratio} limit` : ratio;
}

function peerLine(row: Row, peer: PeerFigures): string {
  const name = peer.marks.length === 0 ? peer.name : `${peer.name} *`;
  return `  ${name.padEnd(NAME_WIDTH)}${figure(peer).padEnd(FIGURE_WIDTH)} ${remark(row, peer)}`;
}

/** What the checks marked, once for each peer of a group: its rows have a star. */
function markLines(rows: readonly Row[]): string[] {
  const marked = rows.flatMap((row) => row.peers.map((peer) => `  * ${peer.name}: ${peer.marks.join("; ")}`));
  return [...new Set(marked)].filter((line) => !line.endsWith(": "));
}

/** The table of all rows, losses like wins. Ratios: to the best peer of the row, above 1 is faster. */
export function formatTable(rows: readonly Row[]): string {
  const titleOf = (row: Row): string => `${row.kind}, ${row.workers} worker(s)`;
  const lines: string[] = [];
  for (const title of new Set(rows.map(titleOf))) {
    const group = rows.filter((row) => titleOf(row) === title);
    lines.push("", `== ${title} ==`, ...markLines(group));
    for (const row of group) lines.push("", row.title, ...row.peers.map((peer) => peerLine(row, peer)));
  }
  return lines.join("\n");
}
