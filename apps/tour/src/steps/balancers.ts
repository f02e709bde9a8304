import { createBreath } from "../breathe.ts";
import { check } from "../check-error.ts";
import type { Context } from "../context.ts";
import type { SourceFile } from "../files/source-file.ts";
import { unevenFiles } from "../files/uneven-files.ts";
import { formatBytes, formatTime, plural } from "../render/format.ts";
import { FileAnalyst } from "../workers/file-analyst.ts";
import type { Step } from "./step.ts";

const BALANCERS = ["round_robin", "least_active", "least_total", "random", "shared_queue"] as const;
// Two, on any machine: half of the calls then meet the slow worker when they are dealt out evenly.
const WORKERS = 2;

/** One slow call before many fast ones, under every balancer. */
export const balancersStep: Step = {
  name: "balancers",
  title: "who gets the next call: five balancers on uneven work, one slow call before many fast ones",

  async run(context: Context): Promise<void> {
    const { screen } = context;
    const { slow, fast } = unevenFiles(context.files);
    const expected = await squeezePlainly(context, [slow, ...fast]);
    const fastBytes = fast.reduce((total, file) => total + file.bytes, 0);
    screen.line(
      `Compressing 1 file of ${formatBytes(slow.bytes)}, then ${plural(fast.length, "file")} of together ${formatBytes(fastBytes)}, by ${WORKERS} threads.`,
    );
    const rows: string[][] = [];
    for (const name of BALANCERS) rows.push(await runBalancer(context, name, [slow, ...fast], expected));
    screen.table(
      [
        { title: "loadBalancing" },
        { title: "last fast one", align: "right" },
        { title: "all", align: "right" },
        { title: "calls per worker", align: "right" },
        { title: "busy per worker", align: "right" },
      ],
      rows,
    );
  },
};

async function squeezePlainly(context: Context, files: readonly SourceFile[]): Promise<number[]> {
  const analyst = new FileAnalyst(context.root);
  const breathe = createBreath();
  const sizes: number[] = [];
  for (const file of files) {
    sizes.push(analyst.squeeze(file.name));
    await breathe();
    context.interrupt.throwIfCame();
  }
  return sizes;
}

async function runBalancer(
  context: Context,
  loadBalancing: (typeof BALANCERS)[number],
  files: readonly SourceFile[],
  expected: readonly number[],
): Promise<string[]> {
  const { root, screen, interrupt } = context;
  const progress = screen.progress(loadBalancing, files.length);
  const builder = FileAnalyst.options({ mode: "thread", maxWorkers: WORKERS, loadBalancing });
  await using pool = interrupt.covers(builder.init(root));
  const startedAt = performance.now();
  let lastFastMs = 0;
  const calls = files.map((file, index) =>
    pool.squeeze(file.name).then((bytes) => {
      progress.tick();
      if (index > 0) lastFastMs = performance.now() - startedAt;
      return bytes;
    }),
  );
  const sizes = await Promise.all(calls);
  const elapsedMs = performance.now() - startedAt;
  progress.end();
  check(
    sizes.every((size, index) => size === expected[index]),
    `${loadBalancing} compresses as a plain loop does`,
  );
  const { workers } = pool.getPoolStats();
  return [
    loadBalancing,
    formatTime(lastFastMs),
    formatTime(elapsedMs),
    workers.map((worker) => String(worker.callsFinished)).join(" + "),
    workers.map((worker) => formatTime(worker.timeWorkingMs)).join(" + "),
  ];
}
