import type { Kind } from "../peers/peer.ts";
import type { Row } from "../run/row.ts";
import { isTie } from "../verdict.ts";
import { CHART_STYLE } from "./chart-style.ts";
import { type LogScale, logScale } from "./log-scale.ts";
import type { BenchResults } from "./results-file.ts";
import { element, escapeXml, textLine } from "./svg.ts";

const WORKERS = 2;

const MARGIN = 20;
const LABEL_WIDTH = 250;
const LABEL_CHARACTERS = 38;
const PANEL_WIDTH = 310;
/** At the right of a panel, for the figures of the longest bars. */
const FIGURE_WIDTH = 105;
const PANEL_GAP = 20;
const TOP = 104;
const ROW_HEIGHT = 34;
const BAR_HEIGHT = 16;
const FOOT_HEIGHT = 44;

const PANEL_TITLES: Readonly<Record<Kind, string>> = {
  thread: `threads, ${WORKERS} workers`,
  process: `processes, ${WORKERS} workers`,
};

/** Everything that a panel's parts need to find their place. */
interface Panel {
  readonly kind: Kind;
  readonly left: number;
  readonly bottom: number;
  readonly scale: LogScale;
}

/** The results that a chart is drawn from. */
export type ChartResults = Pick<BenchResults, "date" | "commit" | "node" | "machine" | "rows">;

function xOf({ left, scale }: Panel, ratio: number): number {
  return left + scale.at(ratio) * (PANEL_WIDTH - FIGURE_WIDTH);
}

/** Ours against the best peer; a row that is judged by something else is drawn like all others. */
function ratioOf(row: Row): number | undefined {
  return row.peers.find((peer) => peer.name === row.ours)?.ratioToBest;
}

function lookOf(ratio: number): string {
  if (isTie(ratio)) return "tie";
  return ratio > 1 ? "win" : "loss";
}

/** A long title goes on in a second line. */
function labelLines(title: string): string[] {
  if (title.length <= LABEL_CHARACTERS) return [title];
  const end = title.lastIndexOf(" ", LABEL_CHARACTERS);
  return [title.slice(0, end), title.slice(end + 1)];
}

function label(title: string, middle: number): string {
  const lines = labelLines(title);
  const first = middle + 4 - (lines.length - 1) * 7;
  return lines
    .map((line, index) => textLine(MARGIN, first + index * 14, line, index === 0 ? {} : { class: "faint" }))
    .join("");
}

function barOf(panel: Panel, row: Row, middle: number): string {
  const ratio = ratioOf(row);
  const one = xOf(panel, 1);
  if (ratio === undefined) {
    return textLine(one + 6, middle + 4, "no figure", { class: "faint small" });
  }
  const end = xOf(panel, ratio);
  const width = Math.max(1, Math.abs(end - one));
  const words = `x${ratio.toFixed(ratio < 10 ? 2 : 1)}`;
  const title = escapeXml(`${row.title}, ${row.kind}: ${words} of ${row.bestPeer}`);
  const bar = element(
    "rect",
    {
      class: `bar ${lookOf(ratio)}`,
      x: Math.min(one, end),
      y: middle - BAR_HEIGHT / 2,
      width,
      height: BAR_HEIGHT,
    },
    element("title", {}, title),
  );
  const figure = `${escapeXml(words)} ${element("tspan", { class: "faint small" }, escapeXml(row.bestPeer ?? ""))}`;
  return bar + element("text", { x: Math.max(one, end) + 6, y: middle + 4 }, figure);
}

function axis(panel: Panel): string {
  const lines = panel.scale.ticks.map((tick) => {
    const x = xOf(panel, tick);
    const line = element("line", {
      class: tick === 1 ? "even" : "grid",
      x1: x,
      x2: x,
      y1: TOP - 8,
      y2: panel.bottom,
    });
    return line + textLine(x, TOP - 14, `x${tick}`, { class: "faint small", "text-anchor": "middle" });
  });
  return textLine(panel.left, TOP - 34, PANEL_TITLES[panel.kind], { class: "head" }) + lines.join("");
}

function heading(results: ChartResults, rows: readonly Row[]): string {
  const ours = rows[0]?.ours ?? "";
  const { machine } = results;
  return [
    textLine(MARGIN, 30, `${ours} against the best of its peers`, { class: "title" }),
    textLine(
      MARGIN,
      50,
      `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, ${machine.os}; ` +
        `Node ${results.node}; ${results.date.slice(0, 10)}, commit ${results.commit}`,
      { class: "faint" },
    ),
  ].join("");
}

function foot(top: number): string {
  const looks = [
    ["win", "faster, smaller"],
    ["tie", "a tie: less than 15 % apart"],
    ["loss", "slower, larger"],
  ] as const;
  const places = looks.map(([look, words], index) => {
    const x = MARGIN + index * 190;
    const box = element("rect", { class: look, x, y: top + 14, width: 12, height: 12 });
    return box + textLine(x + 18, top + 24, words, { class: "faint" });
  });
  const scale = "median of the ratios of all rounds; logarithmic scale";
  return places.join("") + textLine(MARGIN + looks.length * 190, top + 24, scale, { class: "faint" });
}

/**
 * Draws how ours compares with the best peer, for each workload with two workers: threads and processes side by side.
 *
 * @throws {RangeError} When the results have no row with two workers.
 */
export function drawChart(results: ChartResults): string {
  const rows = results.rows.filter((row) => row.workers === WORKERS);
  if (rows.length === 0) throw new RangeError(`the results have no row with ${WORKERS} workers`);
  const titles = [...new Set(rows.map((row) => row.title))];
  const kinds = (["thread", "process"] as const).filter((kind) => rows.some((row) => row.kind === kind));
  const scale = logScale(rows.map(ratioOf).filter((ratio) => ratio !== undefined));
  const bottom = TOP + titles.length * ROW_HEIGHT;
  const panels: readonly Panel[] = kinds.map((kind, index) => {
    const left = MARGIN + LABEL_WIDTH + index * (PANEL_WIDTH + PANEL_GAP);
    return { kind, left, bottom, scale };
  });
  const parts = [element("style", {}, CHART_STYLE), heading(results, rows), ...panels.map(axis)];
  for (const [index, title] of titles.entries()) {
    const middle = TOP + (index + 0.5) * ROW_HEIGHT;
    parts.push(label(title, middle));
    for (const panel of panels) {
      const row = rows.find((each) => each.title === title && each.kind === panel.kind);
      if (row !== undefined) parts.push(barOf(panel, row, middle));
    }
  }
  const width = MARGIN + LABEL_WIDTH + 2 * PANEL_WIDTH + PANEL_GAP + MARGIN;
  const height = bottom + FOOT_HEIGHT;
  const card = element("rect", {
    class: "card",
    x: 0.5,
    y: 0.5,
    width: width - 1,
    height: height - 1,
    rx: 6,
  });
  parts.splice(1, 0, card);
  parts.push(foot(bottom));
  const viewBox = `0 0 ${width} ${height}`;
  const attributes = {
    xmlns: "http://www.w3.org/2000/svg",
    width,
    height,
    viewBox,
    role: "img",
    "aria-label": "speed against the best peer, for each workload",
  };
  return `${element("svg", attributes, `\n${parts.join("\n")}\n`)}\n`;
}
