import { realm } from "../protocol/realm.ts";
import { type BarState, endBar, type Row } from "./bar-state.ts";
import { loadCliProgress } from "./load-cli-progress.ts";
import { LineRow } from "./render-lines.ts";
import { TerminalBars } from "./render-tty.ts";

const KEY = "progress board";

/** Where all bars of a program are shown: standard error. */
class Board {
  readonly #open = new Map<BarState, Row>();
  #terminal: TerminalBars | undefined;
  #canMove = true;

  /** Shows a bar until it ends; at the end of the program it is stopped. */
  add(state: BarState): Row {
    const shown = this.#show(state);
    const row = {
      touch: () => shown.touch(),
      end: () => {
        this.#remove(state);
        shown.end();
      },
    };
    if (this.#open.size === 0) process.on("exit", this.#stopAll);
    this.#open.set(state, row);
    return row;
  }

  #show(state: BarState): Row {
    const { stderr, stdout } = process;
    const isTerminal =
      this.#canMove && stderr.isTTY && (state.style === "bar" || process.env.TERM !== "dumb");
    if (state.style === "line" || !isTerminal) return new LineRow(state, (text) => stderr.write(text));
    this.#terminal ??= this.#start(new TerminalBars(stderr, [stdout]));
    return this.#terminal.add(state);
  }

  /** Where the library can't be loaded (in some bundles), bars are lines from then on. */
  #start(bars: TerminalBars): TerminalBars {
    const library = loadCliProgress();
    const giveUp = (): void => {
      this.#canMove = false;
    };
    if (library instanceof Promise) library.then((loaded) => bars.use(loaded)).catch(giveUp);
    else bars.use(library);
    return bars;
  }

  #remove(state: BarState): void {
    this.#open.delete(state);
    if (this.#open.size === 0) process.off("exit", this.#stopAll);
  }

  readonly #stopAll = (): void => {
    for (const [state, row] of this.#open) endBar(state, row, "stopped");
  };
}

/** The one board of this program, for all copies of the package: two would draw over each other. */
export function board(): Board {
  const { registries } = realm();
  const known = registries.get(KEY) as Board | undefined;
  const found = known ?? new Board();
  if (known === undefined) registries.set(KEY, found);
  return found;
}
