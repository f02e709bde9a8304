import { readFile, writeFile } from "node:fs/promises";
import { type ChartResults, drawChart } from "./report/chart.ts";

/** Draws the chart of a results file. */
async function main(args: readonly string[]): Promise<void> {
  const [source, target, ...rest] = args;
  if (source === undefined || target === undefined || rest.length > 0) {
    throw new RangeError("npm run bench:chart -- results.json out.svg");
  }
  const results = JSON.parse(await readFile(source, "utf8")) as ChartResults;
  await writeFile(target, drawChart(results));
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
