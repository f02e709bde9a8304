// Prints the names of the functions in the stack of an error that comes from a worker, in `node` itself.
import { Thrower } from "#workers/thrower";

async function outerCaller(pool) {
  await innerCaller(pool);
}

async function innerCaller(pool) {
  await pool.deep();
}

for (const mode of ["thread", "process"]) {
  const pool = Thrower.options({ mode }).init();
  const error = await outerCaller(pool).catch((thrown) => thrown);
  await pool.stop();
  console.log(
    JSON.stringify(error.stack.split("\n").map((line) => line.trim().replace(/\(?(file:|\/).*\//, "("))),
  );
}
