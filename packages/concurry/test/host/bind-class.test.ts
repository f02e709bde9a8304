import { expect, test } from "vitest";
import { binderCode, withBinder, withBinderBehind } from "../../src/host/bind-class.ts";

const code = binderCode("file:///app/main.js?x=1", "Job");

test("the binder is one line and names the file without its query", () => {
  expect(code).not.toContain("\n");
  expect(code).toContain('"file:///app/main.js"');
});

test.each([
  ["import x from 'x';\nclass Job {}", `${code}import x from 'x';\nclass Job {}`],
  ["#!/usr/bin/env node\nclass Job {}", `#!/usr/bin/env node\n${code}class Job {}`],
  ["#!/usr/bin/env node", `#!/usr/bin/env node${code}`],
])("lines of an ES module keep their numbers", (source, expected) => {
  expect(withBinder(source, code)).toBe(expected);
});

test("in CommonJS the binder comes last, so that directives stay in force", () => {
  expect(withBinderBehind('"use strict"; class Job {}', code)).toBe(`"use strict"; class Job {}\n${code}`);
});

test("in a function around the whole module the binder stands inside", () => {
  const source = "(()=>{\nclass Job{}\n})()\n\n//# sourceMappingURL=data:x";
  expect(withBinderBehind(source, code)).toBe(
    `(()=>{\nclass Job{}\n${code}\n})()\n\n//# sourceMappingURL=data:x`,
  );
});
