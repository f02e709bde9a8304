import { expect, test } from "vitest";
import { isBindingName, seemsExported } from "../../src/host/source-scan.ts";

test.each([
  "export class Job extends Worker {}",
  "export default class Job extends Worker {}",
  "export abstract class Job extends Worker {}",
  "class Job extends Worker {}\nexport { Job };",
  "class Job extends Worker {}\nexport{Other,Job as Work};",
  "export const Job = class extends Worker {};",
  "class Job extends Worker {}\nexport default Job;",
  "exports.Job = class Job extends Worker {};",
  "class Job extends Worker {}\nmodule.exports = Job;",
  "class Job extends Worker {}\nmodule.exports = { Other, Job };",
  "module.exports = class Job extends Worker {};",
  'exports["Job"] = Job;',
])("%j seems to export Job", (source) => {
  expect(seemsExported(source, "Job")).toBe(true);
});

test.each([
  "class Job extends Worker {}",
  "export class Jobs extends Worker {}",
  "export class $Job extends Worker {}",
  "class Job extends Worker {}\nexport { Other };",
  "class Job extends Worker {}\nmodule.exports = { Other };",
  "export function makeJob() { return Job; }",
])("%j does not seem to export Job", (source) => {
  expect(seemsExported(source, "Job")).toBe(false);
});

test("a name with a dollar sign is taken as it is", () => {
  expect(seemsExported("export class $a extends e {}", "$a")).toBe(true);
  expect(seemsExported("export class $ab extends e {}", "$a")).toBe(false);
});

test("an anonymous class can only be the default export", () => {
  expect(seemsExported("export default class extends Worker {}", "")).toBe(true);
});

test.each(["Job", "$a", "_x", "été", "a1"])("%s can be a binding", (name) =>
  expect(isBindingName(name)).toBe(true),
);
test.each(["", "default", "class", "a-b", "1a", "a b", "a;b", "await"])("%j can't be a binding", (name) =>
  expect(isBindingName(name)).toBe(false),
);
