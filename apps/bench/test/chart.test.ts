import { describe, expect, test } from "vitest";
import { type ChartResults, drawChart } from "../src/report/chart.ts";
import { logScale } from "../src/report/log-scale.ts";
import type { Row } from "../src/run/row.ts";
import { peer, row } from "./rows.ts";

function ratioRow(title: string, ratio: number | undefined, more: Partial<Row> = {}): Row {
  const peers = [peer("best", { ratioToBest: 1 }), peer("ours", { ratioToBest: ratio })];
  return { ...row(peers), title, ...more };
}

function results(rows: readonly Row[]): ChartResults {
  const machine = { cpu: "A & B <fast>", cores: 2, memoryGiB: 16, os: "Linux 6", load: 0 };
  // As it is read from a file.
  return JSON.parse(
    JSON.stringify({ date: "2026-02-03T04:05:06.000Z", commit: "abc", node: "v20.19.0", machine, rows }),
  );
}

/** Names of all elements in their order; throws where the text is no well-formed XML of elements and text. */
function elementsOf(xml: string): string[] {
  const open: string[] = [];
  const all: string[] = [];
  const pattern = /<(\/?)([\w:]+)((?: [\w:-]+="[^"<&]*(?:&\w+;[^"<&]*)*")*)(\/?)>|([^<]+)/gy;
  let end = 0;
  for (const match of xml.matchAll(pattern)) {
    const [whole, closing, name = "", , empty, text] = match;
    end = match.index + whole.length;
    if (text !== undefined) expect(text).not.toMatch(/&(?!(amp|lt|gt|quot);)/);
    else if (closing === "/") expect(open.pop()).toBe(name);
    else {
      all.push(name);
      if (empty !== "/") open.push(name);
    }
  }
  expect(xml.slice(end)).toBe("");
  expect(open).toEqual([]);
  return all;
}

function barsOf(svg: string): string[] {
  return [...svg.matchAll(/<rect class="bar (\w+)"/g)].map((match) => match[1] ?? "");
}

const ROWS = [
  ratioRow("a burst", 7.4),
  ratioRow("a burst", 0.3, { kind: "process" }),
  ratioRow("bytes & <objects>", 1.05),
  ratioRow("a burst", 3, { workers: 1 }),
];

describe("the chart", () => {
  test("it is well-formed, whatever names and titles hold", () => {
    const elements = elementsOf(drawChart(results(ROWS)));
    expect(elements[0]).toBe("svg");
    expect(elements).toContain("text");
  });

  test("each row with two workers has a bar: wins, ties and losses look different", () => {
    expect(barsOf(drawChart(results(ROWS)))).toEqual(["win", "loss", "tie"]);
  });

  test("a win goes to the right of the line at x1, a loss to the left", () => {
    const svg = drawChart(results([ratioRow("win", 4), ratioRow("loss", 0.25)]));
    const even = Number(/<line class="even" x1="([\d.]+)"/.exec(svg)?.[1]);
    const bars = [...svg.matchAll(/<rect class="bar \w+" x="([\d.]+)" y="[\d.]+" width="([\d.]+)"/g)];
    const [win, loss] = bars.map((match) => ({ x: Number(match[1]), width: Number(match[2]) }));
    expect(win?.x).toBe(even);
    expect((loss?.x ?? 0) + (loss?.width ?? 0)).toBeCloseTo(even, 0);
    // As far from 1 as each other: the scale is logarithmic.
    expect(win?.width).toBeCloseTo(loss?.width ?? 0, 0);
  });

  test("a row without a figure is shown as such", () => {
    const svg = drawChart(results([ratioRow("a burst", undefined)]));
    expect(barsOf(svg)).toEqual([]);
    expect(svg).toContain(">no figure<");
  });

  test("it names machine, Node, date and commit", () => {
    const svg = drawChart(results(ROWS));
    expect(svg).toContain(
      "A &amp; B &lt;fast&gt;, 2 cores, 16 GiB, Linux 6; Node v20.19.0; 2026-02-03, commit abc",
    );
  });

  test("results without a row of two workers are refused", () => {
    expect(() => drawChart(results([ratioRow("a burst", 3, { workers: 1 })]))).toThrow(
      /no row with 2 workers/,
    );
  });
});

describe("the logarithmic scale", () => {
  test("it ends at round numbers around all ratios, with 1 between them", () => {
    expect(logScale([0.3, 7.4]).ticks).toEqual([0.2, 0.5, 1, 2, 5, 10]);
    expect(logScale([12, 180]).ticks).toEqual([0.5, 1, 2, 5, 10, 20, 50, 100, 200]);
    expect(logScale([]).ticks).toEqual([0.5, 1, 2]);
  });

  test("equal factors are equally far apart", () => {
    const { at } = logScale([0.1, 10]);
    expect([at(0.1), at(1), at(10)]).toEqual([0, expect.closeTo(0.5), 1]);
  });
});
