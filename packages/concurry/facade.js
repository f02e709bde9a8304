// Writes dist/index.js and dist/internal.js: the names of the package for those who import it.
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const { runTask, startHost, internal, ...concurry } = createRequire(import.meta.url)(
  "./dist/load.cjs",
).load();

write("index.js", concurry, "");
write("internal.js", internal, ".internal");

function write(file, exports, path) {
  writeFileSync(
    new URL(`./dist/${file}`, import.meta.url),
    `const require = process.getBuiltinModule("node:module").createRequire(import.meta.url);
// A host has loaded it.
const whole = require.cache[require.resolve("./concurry.cjs")]?.exports ?? require("./load.cjs").load();

export const {
  ${Object.keys(exports).sort().join(",\n  ")},
} = whole${path};
`,
  );
}
