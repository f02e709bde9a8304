import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { check } from "../check-error.ts";
import type { Context } from "../context.ts";
import type { SourceFile } from "../files/source-file.ts";
import { formatCount, formatTime, plural } from "../render/format.ts";
import { LineReader } from "../workers/line-reader.ts";
import type { Step } from "./step.ts";

const WORD = "function";
const WANTED = 3;

/** Results that come piece by piece, and arguments that go so. */
export const streamsStep: Step = {
  name: "streams",
  title: "lines from one worker to another, as fast as they are wanted",

  async run(context: Context): Promise<void> {
    const { root, files, screen, interrupt } = context;
    const file = files.toSorted((a, b) => b.bytes - a.bytes)[0] as SourceFile;
    await using readers = interrupt.covers(LineReader.options({ mode: "thread" }).init(root));
    await using searchers = interrupt.covers(LineReader.options({ mode: "process" }).init(root));

    const found: number[] = [];
    const startedAt = performance.now();
    const count = await searchers.search(readers.lines(file.name), WORD, (line) => void found.push(line));
    const elapsedMs = performance.now() - startedAt;
    interrupt.throwIfCame();
    await checkAgainstPlain(join(root, file.name), count, found);
    const first = await firstLines(readers, file.name);

    screen.line(`searchers.search(readers.lines("${file.name}"), "${WORD}", (line) => found.push(line))`);
    screen.table(
      [{ title: "what" }, { title: "count", align: "right" }],
      [
        ["lines, thread to program to process", formatCount(count)],
        ["calls back to the program", formatCount(found.length)],
        [`lines, left after ${WANTED}`, formatCount(first)],
      ],
    );
    screen.line(
      `${plural(count, "line")} in ${formatTime(elapsedMs)}, with the start of both workers; the plain loop finds the same places.`,
    );
  },
};

async function checkAgainstPlain(path: string, count: number, found: readonly number[]): Promise<void> {
  const text = await readFile(path, "utf8");
  // As readline does: what ends with a line break has no further line.
  const lines = text.replace(/\r?\n$/, "").split(/\r\n|\r|\n|\u2028|\u2029/);
  const wanted = lines.flatMap((line, index) => (line.includes(WORD) ? [index + 1] : []));
  check(count === lines.length, `${count} lines came, the plain loop has ${lines.length}`);
  check(found.join() === wanted.join(), "the lines with the word are those of the plain loop");
}

/** Leaves the loop early: the reader closes its file, and is free for what comes next. */
async function firstLines(
  readers: { lines(name: string): AsyncIterable<string> },
  name: string,
): Promise<number> {
  let taken = 0;
  for await (const _ of readers.lines(name)) {
    taken += 1;
    if (taken === WANTED) break;
  }
  return taken;
}
