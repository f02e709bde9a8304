import { expect, test } from "vitest";
import {
  bar,
  formatBytes,
  formatCount,
  formatShare,
  formatTime,
  plural,
  shortenPath,
} from "../../src/render/format.ts";

test.each([
  [0.04, "0.0 ms"],
  [9.26, "9.3 ms"],
  [840.4, "840 ms"],
  [1520, "1.52 s"],
])("%d milliseconds read %j", (milliseconds, text) => {
  expect(formatTime(milliseconds)).toBe(text);
});

test.each([
  [0, "0 B"],
  [999, "999 B"],
  [1500, "1.5 kB"],
  [24_000_000, "24.0 MB"],
  [5e12, "5000.0 GB"],
])("%d bytes read %j", (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test("counts, shares and plurals read as people write them", () => {
  expect(formatCount(12345)).toBe("12,345");
  expect(formatShare(0.9816)).toBe("98.2 %");
  expect(plural(1, "call")).toBe("1 call");
  expect(plural(0, "call")).toBe("0 calls");
  expect(plural(1200, "process", "processes")).toBe("1,200 processes");
});

test("a bar is as long as its share, and at least one block", () => {
  expect(bar(0.5, 10)).toBe("█████");
  expect(bar(0, 10)).toBe("█");
});

test("a long path keeps its end and fits", () => {
  const path = "node_modules/.pnpm/some-package@1.2.3/node_modules/some-package/dist/index.js";

  expect(shortenPath(path, 100)).toBe(path);
  expect(shortenPath(path, 40)).toHaveLength(40);
  expect(shortenPath(path, 40)).toMatch(/^node_modul.*….*dist\/index\.js$/);
});
