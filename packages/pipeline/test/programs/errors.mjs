// Tells whether errors of classes that a function's module exports arrive as such.
import { createRequire } from "node:module";
import { errorContext, pipeline } from "@concurry/pipeline";
import { TaskPool } from "concurry";
import { failing, failOnDone, failOnStart, PickyError, same } from "./error-functions.mjs";

const common = createRequire(import.meta.url)("./error-functions.cjs");

function tell(name, error, errorClass) {
  const { field, cause, message } = error;
  const isOfClass = error instanceof errorClass;
  const { stage, index } = errorContext(error) ?? {};
  console.log(JSON.stringify({ name, isOfClass, field, cause: cause?.message, message, stage, index }));
}

async function errorOf(f, options) {
  return pipeline([1, 2])
    .map(f, options)
    .run()
    .catch((error) => error);
}

for (const mode of ["sync", "async", "thread", "process"]) {
  tell(`f in ${mode}`, await errorOf(failing, { mode }), PickyError);
  tell(`CommonJS in ${mode}`, await errorOf(common.failing, { mode }), common.PickyError);
  tell(`onStart in ${mode}`, await errorOf(same, { mode, onStart: failOnStart }), PickyError);
  tell(`onDone in ${mode}`, await errorOf(same, { mode, onDone: failOnDone }), PickyError);
}
const taskPool = TaskPool.options({ mode: "thread" }).init();
tell("f in a TaskPool", await errorOf(failing, { pool: taskPool }), PickyError);
await taskPool.stop();
