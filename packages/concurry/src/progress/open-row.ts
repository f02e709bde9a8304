import { realm } from "../protocol/realm.ts";
import type { BarState, Row } from "./bar-state.ts";
import { board } from "./board.ts";
import { remoteRow } from "./remote-bar.ts";

const NOWHERE: Row = { touch: () => {}, end: () => {} };

/** Shows a bar: in the program itself, or in a worker wherever its pool shows it. */
export function openRow(state: BarState): Row {
  // Start-up code that a host runs only to find a class has begun nothing.
  if (state.style === "silent" || realm().isLoading()) return NOWHERE;
  return remoteRow(state) ?? board().add(state);
}
