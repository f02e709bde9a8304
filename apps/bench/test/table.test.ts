import { describe, expect, test } from "vitest";
import { formatTable } from "../src/report/table.ts";
import { judge } from "../src/verdict.ts";
import { peer, row } from "./rows.ts";

function lineOf(name: string, table: string): string | undefined {
  return table.split("\n").find((line) => line.startsWith(`  ${name}`));
}

describe("the table", () => {
  test("our line shows ratio, lower quartile, goal and verdict, a loss like a win", () => {
    const peers = [peer("best", { speed: 200 }), peer("ours", { speed: 100 })];
    const table = formatTable([
      row(
        peers,
        Array.from({ length: 15 }, () => 0.5),
      ),
    ]);
    expect(lineOf("ours", table)).toMatch(/100\/s +x0\.50, lower quartile x0\.50; goal x1\.3: MISSED$/);
    expect(lineOf("best", table)).toMatch(/200\/s +best peer$/);
  });

  test("a verdict of few rounds is called a first look", () => {
    const table = formatTable([row([peer("best"), peer("ours")], [2, 2, 2])]);
    expect(lineOf("ours", table)).toMatch(/goal x1\.3: reached, first look: 3 of 15 rounds$/);
  });

  test("a difference below 15 percent is printed as a tie", () => {
    const peers = [
      peer("best", { speed: 100 }),
      peer("near", { speed: 95, ratioToBest: 0.95 }),
      peer("far", { speed: 50, ratioToBest: 0.5 }),
    ];
    const table = formatTable([row(peers)]);
    expect(lineOf("near", table)).toMatch(/tie \(x0\.95\)$/);
    expect(lineOf("far", table)).toMatch(/50\/s +x0\.50$/);
  });

  test("single calls show p50 and p99, large numbers are grouped", () => {
    const peers = [
      peer("best", { speed: 1e6, p50Us: 17.04, p99Us: 85.5 }),
      peer("ours", { speed: 1_234_567 }),
    ];
    const table = formatTable([row(peers)]);
    expect(lineOf("best", table)).toContain("p50 17.0 us, p99 85.5 us");
    expect(lineOf("ours", table)).toContain("1 234 567/s");
  });

  test("one that failed is listed with the reason, a marked one has a star and its mark on top", () => {
    const peers = [
      peer("broken", { failure: "it hangs\nat once" }),
      peer("odd", { marks: ["gives a Buffer"] }),
    ];
    const table = formatTable([row(peers), { ...row(peers), title: "another" }]);
    expect(lineOf("broken", table)).toMatch(/FAILED: it hangs$/);
    expect(lineOf("odd", table)).toContain("odd *");
    expect(table.match(/\* odd: gives a Buffer/g)).toHaveLength(1);
  });

  test("a row without a goal shows its ratio and says so", () => {
    const open = { ...row([peer("best"), peer("ours")]), goal: undefined, comparison: judge([2], undefined) };
    expect(lineOf("ours", formatTable([open]))).toMatch(
      /x2\.00, lower quartile x2\.00; no goal, first look: 1 of 15 rounds$/,
    );
  });

  test("a goal against something else than the best peer names it", () => {
    const judged = { ...row([peer("best"), peer("ours")], [2, 2]), yardstick: "600 bytes" };
    expect(lineOf("ours", formatTable([judged]))).toContain("goal x1.3 of 600 bytes: reached");
  });
});
