import { type OwnFigure, type OwnGoal, ownVerdict } from "../own/own-figure.ts";

const TITLE_WIDTH = 68;
const VALUE_WIDTH = 20;

const VERDICT_WORDS = { reached: "reached", missed: "MISSED", open: "" };

function formatValue({ value, unit }: OwnFigure): string {
  if (unit === "x") return `x${value.toFixed(2)}`;
  return `${value.toFixed(value < 100 ? 2 : 0)} ${unit}`;
}

function formatGoal(goal: OwnGoal): string {
  return "atMost" in goal ? `at most ${goal.atMost}` : `at least ${goal.atLeast}`;
}

function lineOf(figure: OwnFigure): string {
  const start = `  ${figure.title.padEnd(TITLE_WIDTH)} ${formatValue(figure).padEnd(VALUE_WIDTH)}`;
  if (figure.goal === undefined) return start.trimEnd();
  return `${start} ${formatGoal(figure.goal)}: ${VERDICT_WORDS[ownVerdict(figure)]}`;
}

/** The figures of one workload under its name. */
export function formatOwn(figures: readonly OwnFigure[]): string {
  return [`\n${figures[0]?.workload}`, ...figures.map(lineOf)].join("\n");
}
