import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { CheckError, check } from "../../check-error.ts";
import type { Context } from "../../context.ts";
import { NotTextError } from "../../files/not-text-error.ts";
import { FileAnalyst } from "../../workers/file-analyst.ts";

const FRAMES_SHOWN = 4;
const DIST = new URL("../../", import.meta.url);

/** A method throws an error of its own class: it arrives as thrown, and the worker goes on. */
export async function showThrownError(context: Context): Promise<void> {
  const { root, screen, interrupt } = context;
  const binary = join(context.temporaryFolder, "not-text.js");
  await writeFile(binary, gzipSync("no source text"));
  await using pool = interrupt.covers(FileAnalyst.options({ mode: "process" }).init(root));

  const error = await pool.text(binary).catch((thrown: unknown) => thrown);
  if (!(error instanceof NotTextError))
    throw new CheckError(`not so: a NotTextError arrives as one; got ${error}`);
  const { cause } = error;
  if (!(cause instanceof TypeError)) throw new CheckError(`not so: its cause arrives; got ${cause}`);
  check(error.code === "ERR_NOT_TEXT" && error.bytes > 0, "its own fields arrive");
  const stack = ownFrames(error);
  for (const side of ["file-analyst.js", "thrown-error.js"]) {
    check(
      stack.some((frame) => frame.includes(side)),
      `the stack shows ${side}`,
    );
  }
  screen.line("A method throws an error in a process. What the caller catches:");
  screen.table(
    [{ title: "" }, { title: "" }],
    [
      ["class", "NotTextError (instanceof holds)"],
      ["message", error.message.replace(binary, "…/not-text.js")],
      ["code", error.code],
      ["own field", `bytes = ${error.bytes}`],
      ["cause", `${cause.name}: ${cause.message}`],
      ...stack
        .slice(0, FRAMES_SHOWN)
        .map((frame, index) => [index === 0 ? "stack" : "", screen.paint("quiet", frame)]),
    ],
  );
  const files = context.files.slice(0, 1);
  const reports = await Promise.all(files.map((file) => pool.analyse(file.name)));
  await context.runs.check("the call after the error", files, reports);
  const { pid, restarts } = pool.getWorkerStats(0);
  check(restarts === 0, "the process that threw lives on");
  screen.line(`The same process (pid ${pid}) answers the next call.`);
}

/** The frames of the tour's own modules, from the worker and from the caller. */
function ownFrames(error: Error): string[] {
  const folder = fileURLToPath(DIST);
  return (error.stack ?? "")
    .split("\n")
    .filter((line) => line.includes(DIST.href) || line.includes(folder))
    .map((line) => line.trim().replace(DIST.href, "").replace(folder, ""));
}
