import type { Context } from "../context.ts";
import { showKilledWorker } from "./failures/killed-worker.ts";
import { showThrownError } from "./failures/thrown-error.ts";
import type { Step } from "./step.ts";

/** What arrives when something goes wrong, and that the pool goes on. */
export const failuresStep: Step = {
  name: "failures",
  title: "a method that throws, and a worker process that is killed at work",

  async run(context: Context): Promise<void> {
    await showThrownError(context);
    context.screen.line();
    await showKilledWorker(context);
  },
};
