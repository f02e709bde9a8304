import { expect, test } from "vitest";
import { countLines, countWords } from "../../src/files/words.ts";

test.each([
  ["", 0],
  ["  \n\t", 0],
  ["one", 1],
  [" one  two\nthree\t4 ", 4],
])("the words of %j are %i", (text, words) => {
  expect(countWords(text)).toBe(words);
});

test.each([
  ["", 0],
  ["a", 1],
  ["a\n", 1],
  ["a\nb", 2],
  ["\n\n", 2],
])("the lines of %j are %i", (text, lines) => {
  expect(countLines(text)).toBe(lines);
});
