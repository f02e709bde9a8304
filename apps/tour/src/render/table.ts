import { stripVTControlCharacters } from "node:util";

/** A column of a table. */
export interface Column {
  readonly title: string;
  /** Numbers read best at the right. Default `"left"`. */
  readonly align?: "left" | "right";
}

const GAP = "  ";

/** Lays out rows under their titles, as lines without a frame; a title row of empty titles is left out. */
export function tableLines(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const titles = columns.map((column) => column.title);
  const shown = titles.some((title) => title !== "") ? [titles, ...rows] : rows;
  const widths = columns.map((_, index) =>
    Math.max(0, ...shown.map((row) => visibleWidth(row[index] ?? ""))),
  );
  return shown.map((row) =>
    columns
      .map((column, index) => pad(row[index] ?? "", widths[index] ?? 0, column.align ?? "left"))
      .join(GAP)
      .trimEnd(),
  );
}

function pad(text: string, width: number, align: "left" | "right"): string {
  const space = " ".repeat(Math.max(0, width - visibleWidth(text)));
  return align === "left" ? text + space : space + text;
}

/** Colours take no room. */
function visibleWidth(text: string): number {
  return stripVTControlCharacters(text).length;
}
