const KILOBYTE = 1000;
const UNITS = ["B", "kB", "MB", "GB"] as const;

/** Milliseconds below a second, else seconds: `"840 ms"`, `"1.52 s"`. */
export function formatTime(milliseconds: number): string {
  if (milliseconds < 10) return `${milliseconds.toFixed(1)} ms`;
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(2)} s`;
}

/** Bytes in the unit that suits them: `"12.3 MB"`. */
export function formatBytes(bytes: number): string {
  let unit = 0;
  let value = bytes;
  while (value >= KILOBYTE && unit < UNITS.length - 1) {
    value /= KILOBYTE;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${UNITS[unit]}`;
}

/** A whole number with its thousands apart: `"12,345"`. */
export function formatCount(count: number): string {
  return count.toLocaleString("en-US");
}

/** A share as per cent: `"98.2 %"`. */
export function formatShare(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** A word with its count: `"1 call"`, `"2 calls"`. */
export function plural(count: number, one: string, many: string = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** A line in proportion to a share from 0 to 1. */
export function bar(share: number, width: number): string {
  return "█".repeat(Math.max(1, Math.round(share * width)));
}

/** A long path with its middle left out. */
export function shortenPath(path: string, width: number): string {
  if (path.length <= width) return path;
  const end = Math.ceil((width - 1) * 0.7);
  return `${path.slice(0, width - 1 - end)}…${path.slice(-end)}`;
}
