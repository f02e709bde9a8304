import { describe, expect, test } from "vitest";
import { descendantsOf, parsePss, parseStat } from "../src/cases/resident.ts";

describe("memory of child processes", () => {
  test("a process's name may hold spaces and brackets", () => {
    expect(parseStat("42 (a) (b c)) S 7 42 7 0 -1")).toEqual({ pid: 42, parent: 7 });
  });

  test("children of children belong to it, others don't", () => {
    const processes = [
      { pid: 1, parent: 0 },
      { pid: 2, parent: 1 },
      { pid: 3, parent: 2 },
      { pid: 4, parent: 2 },
      { pid: 5, parent: 1 },
    ];
    expect(descendantsOf(2, processes)).toEqual([3, 4]);
    expect(descendantsOf(1, processes)).toEqual([2, 5, 3, 4]);
  });

  test("the proportional share is read, in bytes", () => {
    expect(parsePss("Rss:  9000 kB\nPss:    12 kB\nPss_Dirty:  3 kB\n")).toBe(12 * 1024);
    expect(parsePss("nothing of the kind")).toBeNaN();
  });
});
