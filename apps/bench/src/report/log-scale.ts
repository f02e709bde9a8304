/** Where ratios lie on an axis. */
export interface LogScale {
  /** Round ratios within the scale, ascending; 1 is one of them. */
  readonly ticks: readonly number[];
  /** The place of a ratio: 0 at the left end, 1 at the right end. */
  at(ratio: number): number;
}

const STEPS = [1, 2, 5];

// Beside the line at 1 there is room on both sides, also when all ratios are on one.
const LEAST_LOW = 0.5;
const LEAST_HIGH = 2;

function roundNumbers(low: number, high: number): number[] {
  const decades = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power += 1) {
    decades.push(...STEPS.map((step) => Number(`${step}e${power}`)));
  }
  return decades;
}

/** A logarithmic scale that holds all `ratios` and ends at round numbers. */
export function logScale(ratios: readonly number[]): LogScale {
  const low = Math.min(LEAST_LOW, ...ratios);
  const high = Math.max(LEAST_HIGH, ...ratios);
  const round = roundNumbers(low, high);
  const first = round.findLast((each) => each <= low) ?? low;
  const last = round.find((each) => each >= high) ?? high;
  const ticks = round.filter((each) => each >= first && each <= last);
  const width = Math.log(last / first);
  return { ticks, at: (ratio) => Math.log(ratio / first) / width };
}
