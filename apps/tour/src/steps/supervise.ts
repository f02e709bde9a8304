import { WorkerCrashedError } from "concurry";
import type { Context } from "../context.ts";
import { selectFiles } from "../files/select-files.ts";
import { FrailAnalyst } from "../workers/frail-analyst.ts";
import type { Step } from "./step.ts";
import { showAnotherSize } from "./supervise/another-size.ts";
import { Chronicle } from "./supervise/chronicle.ts";
import { showTwoDeaths } from "./supervise/two-deaths.ts";
import { showUnwellWorker } from "./supervise/unwell-worker.ts";

const WORKERS = 4;
const BUDGET_BYTES = 3_000_000;

/** What the pool does when workers die, are too few or too many, or aren't well. */
export const superviseStep: Step = {
  name: "supervise",
  title: "processes that are killed, leave or fall ill at work, and come back; a pool that shrinks and grows",

  async run(context: Context): Promise<void> {
    const { root, screen, interrupt } = context;
    const files = selectFiles(context.files, BUDGET_BYTES);
    const builder = FrailAnalyst.options({
      mode: "process",
      maxWorkers: WORKERS,
      healthCheck: { intervalMs: 100 },
      // To analyse a file twice does no harm.
      retry: { on: WorkerCrashedError, waitMs: 10, methods: { leave: false } },
    });
    await using pool = interrupt.covers(builder.init(root));
    const chronicle = new Chronicle(pool);
    await showTwoDeaths(context, pool, chronicle, files);
    screen.line();
    await showAnotherSize(context, pool, files);
    screen.line();
    await showUnwellWorker(context, pool, chronicle, files);
  },
};
