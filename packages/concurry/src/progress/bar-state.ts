import type { BarStyle } from "./bar-options.ts";

/** How a bar ended. */
export type BarEnd = "succeeded" | "failed" | "stopped";

/** All that is known of a bar: plain data that survives JSON, for it is sent as it is. */
export interface BarState {
  readonly style: BarStyle;
  readonly unit: string;
  description: string;
  count: number;
  total: number | null;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** Null while it goes on. */
  end: { readonly how: BarEnd; readonly at: number; readonly message: string } | null;
}

/** Where a bar is shown. */
export interface Row {
  /** The state has changed. Cheap: called for each item. */
  touch(): void;
  /** The state has its end. Called once, nothing follows. */
  end(): void;
}

/** Ends a bar, if it goes on. */
export function endBar(state: BarState, row: Row, how: BarEnd, message = ""): void {
  if (state.end !== null) return;
  state.end = { how, at: Date.now(), message };
  row.end();
}
