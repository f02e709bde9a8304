import { expect, test } from "vitest";
import { unevenFiles } from "../../src/files/uneven-files.ts";

test("the slow file is the largest of a fair size, the fast ones are half as much together", () => {
  const small = Array.from({ length: 100 }, (_, index) => ({ name: `small-${index}`, bytes: 4000 }));
  const files = [{ name: "huge", bytes: 400_000 }, { name: "large", bytes: 200_000 }, ...small];

  const { slow, fast } = unevenFiles(files);

  expect(slow.name).toBe("large");
  expect(fast).toHaveLength(25);
});

test("a lone file is the slow one", () => {
  expect(unevenFiles([{ name: "huge", bytes: 400_000 }])).toEqual({
    slow: { name: "huge", bytes: 400_000 },
    fast: [],
  });
});

test("no file at all is refused", () => {
  expect(() => unevenFiles([])).toThrow(RangeError);
});
