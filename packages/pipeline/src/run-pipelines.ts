import { checkPipelines, concat, type Pipeline } from "./pipeline.ts";

/**
 * Runs pipelines to their end, several at once, in one run; without any it returns at once.
 *
 * @throws As {@link Pipeline.run}; the others are stopped, too.
 * @example
 * await run(pipeline(images).each(resize), pipeline(texts).each(index));
 */
export async function run(...pipelines: readonly Pipeline<unknown>[]): Promise<void> {
  checkPipelines("run() takes pipelines", pipelines);
  if (pipelines.length > 0) await concat(pipelines).run();
}
