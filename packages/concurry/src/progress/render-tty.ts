import { Aside, CLEAR_BELOW, type Terminal } from "./aside.ts";
import type { BarEnd, BarState, Row } from "./bar-state.ts";
import type { CliProgress, LibraryBar, LibraryBars, LibraryOptions } from "./load-cli-progress.ts";
import { columnsOf, endLine, fitting, oneLine, partsOf, shareOf } from "./wording.ts";

const REDRAW_MS = 100;
const MOST_BAR_COLUMNS = 40;
const LEAST_BAR_COLUMNS = 10;
const USUAL_COLUMNS = 80;
const USUAL_ROWS = 24;

const MARKS: Readonly<Record<BarEnd, { readonly mark: string; readonly color: number }>> = {
  succeeded: { mark: "✔", color: 32 },
  failed: { mark: "✖", color: 31 },
  stopped: { mark: "■", color: 33 },
};

/**
 * The bars on a terminal, one moving line each, drawn by cli-progress.
 *
 * A bar that has ended becomes an ordinary line above those that go on. What doesn't fit on the screen waits until others
 * have ended. The cursor stays visible: nothing is to be restored, however the program dies.
 */
export class TerminalBars {
  readonly #terminal: Terminal;
  readonly #others: readonly Terminal[];
  readonly #aside: Aside;
  readonly #shown = new Map<TerminalRow, LibraryBar>();
  readonly #waiting = new Set<TerminalRow>();
  #bars: LibraryBars | undefined;
  #frame = "";
  #dueAt = 0;
  #redraw: NodeJS.Immediate | undefined;

  /** @param others Streams that may lead to the same terminal. */
  constructor(terminal: Terminal, others: readonly Terminal[]) {
    this.#terminal = terminal;
    this.#others = others;
    this.#aside = new Aside(terminal, () => this.#drawSoon());
  }

  /** Gives it the library; bars that were added before are drawn now. */
  use({ MultiBar, Format, Presets }: CliProgress): void {
    const format = (options: LibraryOptions, _params: unknown, { state }: { state: BarState }): string =>
      barLine(state, this.#columns, (share, barsize) => Format.BarFormat(share, { ...options, barsize }));
    const options = {
      stream: this.#canvas(),
      format,
      clearOnComplete: true,
      forceRedraw: true,
      linewrap: true,
    };
    const bars = new MultiBar(options, Presets.shades_classic);
    bars.on("redraw-post", () => bars.terminal.cursorRelativeReset());
    bars.on("update-post", () => {
      bars.timer?.unref();
      this.#dueAt = performance.now() + REDRAW_MS;
      this.#flush();
    });
    this.#bars = bars;
    this.#showWaiting();
  }

  add(state: BarState): Row {
    const row = new TerminalRow(state, this);
    this.#waiting.add(row);
    this.#showWaiting();
    return row;
  }

  /** Draws what has changed, if it is time; a timer does so where the event loop turns. */
  draw(): void {
    if (performance.now() >= this.#dueAt) this.#bars?.update();
  }

  finish(row: TerminalRow): void {
    const bar = this.#shown.get(row);
    this.#waiting.delete(row);
    this.#shown.delete(row);
    this.#frame += `${CLEAR_BELOW}${this.#endLine(row.state)}\n`;
    if (bar !== undefined) this.#bars?.remove(bar);
    this.#showWaiting();
    if (this.#shown.size > 0) this.#bars?.update();
    else if (bar !== undefined) this.#rest();
    this.#flush();
  }

  /** Once for all that is printed in one turn. */
  #drawSoon(): void {
    this.#dueAt = 0;
    this.#redraw ??= setImmediate(() => {
      this.#redraw = undefined;
      if (this.#shown.size > 0) this.#bars?.update();
    }).unref();
  }

  #showWaiting(): void {
    const bars = this.#bars;
    if (bars === undefined) return;
    for (const row of this.#waiting) {
      if (this.#shown.size >= Math.max(1, this.#rows - 1)) return;
      if (this.#shown.size === 0) this.#aside.begin([this.#terminal, ...this.#others]);
      this.#waiting.delete(row);
      this.#shown.set(row, bars.create(0, 0, { state: row.state }));
      bars.update();
    }
  }

  /** No bar is left: the terminal is as it was. */
  #rest(): void {
    this.#bars?.stop();
    this.#flush();
    this.#aside.end();
  }

  /** Where the library draws: what it writes bit by bit reaches the terminal as one frame. */
  #canvas(): object {
    const bars = this;
    return {
      isTTY: true,
      get columns() {
        return bars.#columns;
      },
      write: (text: string) => {
        bars.#frame += text;
        return true;
      },
    };
  }

  #flush(): void {
    if (this.#frame !== "") this.#aside.write(this.#frame);
    this.#frame = "";
  }

  /** One column stays free: where a line fills all of them, terminals don't agree on where the cursor is. */
  get #columns(): number {
    return (this.#terminal.columns || USUAL_COLUMNS) - 1;
  }

  get #rows(): number {
    return this.#terminal.rows || USUAL_ROWS;
  }

  #endLine(state: BarState): string {
    const { mark, color } = MARKS[state.end?.how ?? "stopped"];
    const text = `${mark} ${endLine(state)}`;
    return this.#terminal.hasColors?.() ? `\x1b[${color}m${text}\x1b[39m` : text;
  }
}

class TerminalRow implements Row {
  readonly state: BarState;
  readonly #bars: TerminalBars;

  constructor(state: BarState, bars: TerminalBars) {
    this.state = state;
    this.#bars = bars;
  }

  touch(): void {
    this.#bars.draw();
  }

  end(): void {
    this.#bars.finish(this);
  }
}

/** One moving line. */
function barLine(state: BarState, columns: number, bar: (share: number, columns: number) => string): string {
  const share = shareOf(state);
  const description = fitting(oneLine(state.description), Math.floor(columns / 3));
  const head = description === "" ? "" : `${description} `;
  const tail = partsOf(state).join(" | ");
  if (share === undefined) return fitting(`${head}${tail}`, columns);
  const facts = ` ${Math.floor(share * 100)}% | ${tail}`;
  const room = columns - columnsOf(head) - columnsOf(facts);
  const size = Math.min(MOST_BAR_COLUMNS, Math.max(LEAST_BAR_COLUMNS, room));
  return fitting(`${head}${bar(share, size)}${facts}`, columns);
}
