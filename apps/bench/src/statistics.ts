/** The value below which the share `at` (0 to 1) of `values` lies, between neighbours interpolated. NaN of none. */
export function quantile(values: Iterable<number>, at: number): number {
  const sorted = Float64Array.from(values).sort();
  const position = (sorted.length - 1) * at;
  const low = sorted[Math.floor(position)];
  const high = sorted[Math.ceil(position)];
  if (low === undefined || high === undefined) return Number.NaN;
  return low + (high - low) * (position - Math.floor(position));
}

/** The middle of `values`. NaN of none. */
export function median(values: Iterable<number>): number {
  return quantile(values, 0.5);
}

/** `ours[i] / theirs[i]` of every round that both have. */
export function ratiosPerRound(
  ours: ReadonlyMap<number, number>,
  theirs: ReadonlyMap<number, number>,
): number[] {
  const ratios: number[] = [];
  for (const [round, value] of ours) {
    const other = theirs.get(round);
    if (other !== undefined) ratios.push(value / other);
  }
  return ratios;
}
