import { Surroundings } from "#workers/surroundings";

const [, , name, mode, stdio] = process.argv;
const pool = Surroundings.options({ mode, ...(name === "print" && { stdio }) }).init();
if (name === "arguments") {
  const [, ownFile, ...given] = await pool.arguments();
  if (ownFile === process.argv[1]) throw new Error("The worker takes itself for the program.");
  console.log(JSON.stringify(given));
} else {
  await pool.print("from the worker\n");
  await pool.stop();
  console.log("from the program");
}
await pool.stop();
