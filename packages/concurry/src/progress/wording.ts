import { stripVTControlCharacters } from "node:util";
import type { BarState } from "./bar-state.ts";

const MINUTE_S = 60;
const HOUR_S = 3600;
const WIDE_FROM = 0x1100; // From here on most letters take two columns of a terminal.

/** What is known while it goes on, each part by itself: how much, how fast, how long still. */
export function partsOf(state: BarState): string[] {
  const seconds = (Date.now() - state.startedAt) / 1000;
  const rate = state.count / seconds;
  const parts = [amount(state)];
  if (rate > 0 && Number.isFinite(rate)) parts.push(`${shortNumber(rate)} ${oneLine(state.unit)}/s`);
  if (state.total === null) parts.push(duration(seconds));
  else if (rate > 0 && state.count < state.total) {
    parts.push(`${duration((state.total - state.count) / rate)} left`);
  }
  return parts;
}

/** One line for a bar that goes on. */
export function progressLine(state: BarState): string {
  return titled(state, partsOf(state).join(", "));
}

/** One line for a bar that has ended. */
export function endLine(state: BarState): string {
  const { end, startedAt } = state;
  if (end === null) return progressLine(state);
  const time = duration((end.at - startedAt) / 1000);
  const fact =
    end.how === "succeeded" ? `${amount(state)} in ${time}` : `${end.how} after ${amount(state)} in ${time}`;
  return titled(state, end.message === "" ? fact : `${fact}: ${oneLine(end.message)}`);
}

/** Whole per cents; undefined where the total isn't known. */
export function shareOf({ count, total }: BarState): number | undefined {
  if (total === null) return undefined;
  return total === 0 ? 1 : Math.min(1, Math.max(0, count / total));
}

/** Text without what would move the cursor: one line. */
export function oneLine(text: string): string {
  return stripVTControlCharacters(text)
    .replaceAll(/[\s\p{Cc}]+/gu, " ")
    .trim();
}

/** The beginning of a text that takes at most so many columns of a terminal. */
export function fitting(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  let used = 1;
  let kept = "";
  for (const character of text) {
    used += columnsOf(character);
    if (used > columns) break;
    kept += character;
  }
  return `${kept}…`;
}

/** How many columns a text takes, at most. */
export function columnsOf(text: string): number {
  let columns = 0;
  // The marks of our own bars are above, too, and are one column wide.
  for (const character of text) columns += isWide(character.codePointAt(0) ?? 0) ? 2 : 1;
  return columns;
}

function isWide(codePoint: number): boolean {
  return codePoint >= WIDE_FROM && !(codePoint >= 0x2000 && codePoint <= 0x25ff);
}

function titled(state: BarState, text: string): string {
  const description = oneLine(state.description);
  return description === "" ? text : `${description}: ${text}`;
}

function amount({ count, total, unit }: BarState): string {
  const of = total === null ? "" : `/${shortCount(total)}`;
  return `${shortCount(count)}${of} ${oneLine(unit)}`;
}

/** Sums of fractions have tails. */
function shortCount(count: number): string {
  return String(Number(count.toFixed(2)));
}

function shortNumber(value: number): string {
  return value >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}

function duration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < MINUTE_S) return `${whole} s`;
  if (whole < HOUR_S) return `${Math.floor(whole / MINUTE_S)} min ${whole % MINUTE_S} s`;
  return `${Math.floor(whole / HOUR_S)} h ${Math.floor((whole % HOUR_S) / MINUTE_S)} min`;
}
