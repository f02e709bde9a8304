import { type BarState, endBar, type Row } from "./bar-state.ts";
import { openRow } from "./open-row.ts";
import type { BarNote } from "./remote-bar.ts";

/** The bars that one worker has made, as its pool shows them. */
export class BarsOfWorker {
  readonly #bars = new Map<number, { readonly state: BarState; readonly row: Row }>();

  receive({ bar, state }: BarNote): void {
    const known = this.#bars.get(bar);
    const { end, ...rest } = state;
    const shown = known?.state ?? { ...state, end: null };
    Object.assign(shown, rest);
    const row = known?.row ?? openRow(shown);
    if (end === null) {
      row.touch();
      if (known === undefined) this.#bars.set(bar, { state: shown, row });
    } else if (shown.end === null) {
      this.#bars.delete(bar);
      shown.end = end;
      row.end();
    }
  }

  /** The worker is gone. */
  close(): void {
    for (const { state, row } of this.#bars.values()) endBar(state, row, "stopped");
    this.#bars.clear();
  }
}
