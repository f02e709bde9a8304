import { aBoolean, aString, finiteNumber, oneOf } from "../util/check.ts";
import { type Check, checkRecord } from "../util/check-record.ts";

/** How a bar is shown; see {@link ProgressBarOptions.style}. */
export type BarStyle = "auto" | "bar" | "line" | "silent";

const STYLES = ["auto", "bar", "line", "silent", "ray"] as const;

/** Options of a {@link ProgressBar}. */
export interface ProgressBarOptions {
  /** How many items there will be. 0 or more. Default: the `length` or `size` of what is iterated; else it is not known. */
  readonly total?: number;
  /** What is going on, at the beginning of the line. Default none. */
  readonly description?: string;
  /** What is counted. Default `"items"`. */
  readonly unit?: string;
  /** True: nothing is shown. Default false. */
  readonly disable?: boolean;
  /**
   * `"bar"`: a moving bar where standard error is a terminal, else lines. `"line"`: a line when it is over, and while it
   * goes on one at most every five seconds. `"silent"`: nothing. `"auto"`, the default: as `"bar"`, but lines for a terminal
   * that can't move its cursor (`TERM=dumb`). `"ray"` is another word for `"auto"`.
   */
  readonly style?: BarStyle | "ray";
}

/** Options with every default filled in. */
export interface ResolvedBarOptions {
  readonly total: number | null;
  readonly description: string;
  readonly unit: string;
  readonly style: BarStyle;
}

const CHECKS = {
  total: (value: unknown) => finiteNumber("total", value, 0),
  description: (value: unknown) => aString("description", value),
  unit: (value: unknown) => aString("unit", value),
  disable: (value: unknown) => aBoolean("disable", value),
  style: (value: unknown) => oneOf("style", value, STYLES),
};

const HINTS = { desc: '"description"' };

/** Checks options. @param more Options that `owner` has besides those of a bar. */
export function checkBar(
  owner: string,
  options: unknown,
  more: Readonly<Record<string, Check>> = {},
): Readonly<Record<string, unknown>> {
  return checkRecord(owner, "option", options, { ...CHECKS, ...more }, HINTS);
}

/** Checks options and fills in defaults. @param known How many items there are, where nobody says. */
export function barOptions(options: ProgressBarOptions, known?: number): ResolvedBarOptions {
  const checked: ProgressBarOptions = checkBar("ProgressBar", options);
  const {
    total = known ?? null,
    description = "",
    unit = "items",
    disable = false,
    style = "auto",
  } = checked;
  return { total, description, unit, style: disable ? "silent" : style === "ray" ? "auto" : style };
}
