import { styleText } from "node:util";
import { expect, test } from "vitest";
import { tableLines } from "../../src/render/table.ts";

test("columns are as wide as their widest cell, numbers stand at the right", () => {
  expect(
    tableLines(
      [{ title: "mode" }, { title: "ms", align: "right" }, { title: "note" }],
      [
        ["sync", "1200", "one"],
        ["process", "9", ""],
      ],
    ),
  ).toEqual(["mode       ms  note", "sync     1200  one", "process     9"]);
});

test("colours take no room", () => {
  const red = styleText("red", "ab", { validateStream: false });

  expect(
    tableLines(
      [{ title: "a" }, { title: "b" }],
      [
        [red, "x"],
        ["abc", "y"],
      ],
    ),
  ).toEqual(["a    b", `${red}   x`, "abc  y"]);
});

test("a table without titles is its rows", () => {
  expect(tableLines([{ title: "" }, { title: "" }], [["code", "X"]])).toEqual(["code  X"]);
});
