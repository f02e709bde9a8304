import type { WriteStream } from "node:tty";
import { styleText } from "node:util";
import { type Progress, ProgressLine, silentProgress } from "./progress-line.ts";
import { type Column, tableLines } from "./table.ts";

/** What a piece of text is; decides its colour. */
export type Tone = "title" | "good" | "bad" | "quiet";

const STYLES = {
  title: ["bold", "cyan"],
  good: ["green"],
  bad: ["red"],
  quiet: ["dim"],
} as const;

const INDENT = "  ";

/** Where the tour writes: with colours and a moving line on a terminal, plain lines anywhere else. */
export class Screen {
  readonly #output: WriteStream;
  #progress: ProgressLine | undefined;

  constructor(output: WriteStream) {
    this.#output = output;
  }

  /** Colours a text, unless the output is no terminal or `NO_COLOR` is set. */
  paint(tone: Tone, text: string): string {
    // One style at a time: with a list of them Node 20 colours pipes, too.
    const stream = this.#output;
    return STYLES[tone].reduce((painted: string, style) => styleText(style, painted, { stream }), text);
  }

  line(text = ""): void {
    this.#progress?.clear();
    this.#output.write(text === "" ? "\n" : `${INDENT}${text}\n`);
  }

  heading(text: string): void {
    this.#progress?.clear();
    this.#output.write(`\n${this.paint("title", text)}\n`);
  }

  table(columns: readonly Column[], rows: readonly (readonly string[])[]): void {
    const lines = tableLines(columns, rows);
    const hasTitles = columns.some((column) => column.title !== "");
    for (const [index, text] of lines.entries())
      this.line(index === 0 && hasTitles ? this.paint("quiet", text) : text);
  }

  /** One moving line, until its end; nothing where lines can't move. */
  progress(label: string, total: number): Progress {
    this.#progress?.clear();
    this.#progress = undefined;
    if (this.#output.isTTY !== true) return silentProgress;
    this.#progress = new ProgressLine(this.#output, INDENT + label, total);
    return this.#progress;
  }
}
