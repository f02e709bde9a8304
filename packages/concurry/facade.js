// Writes dist/index.js: the names of the package for those who import it.
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const { load } = createRequire(import.meta.url)("./dist/load.cjs");
const internal = ["runTask", "startHost"];
const names = Object.keys(load())
  .filter((name) => !internal.includes(name))
  .sort();

writeFileSync(
  new URL("./dist/index.js", import.meta.url),
  `import { createRequire } from "node:module";

export const {
  ${names.join(",\n  ")},
} = createRequire(import.meta.url)("./load.cjs").load();
`,
);
