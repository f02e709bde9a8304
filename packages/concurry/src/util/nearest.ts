/** How many letters must be added, taken, changed or swapped with their neighbour to make one word the other. */
export function editDistance(left: string, right: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const changed = left[row - 1] === right[column - 1] ? 0 : 1;
      let best = Math.min(at(last, column) + 1, at(current, column - 1) + 1, at(last, column - 1) + changed);
      const swapped =
        row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      if (swapped) best = Math.min(best, at(beforeLast, column - 2) + 1);
      current.push(best);
    }
    beforeLast = last;
    last = current;
  }
  return at(last, right.length);
}

/**
 * The known name nearest to a wrong one, compared without regard to case; of equally near ones the first.
 *
 * @param furthest Names further away than this many edits don't count. Default: a third of the name, at least 2.
 */
export function nearest(
  name: string,
  known: readonly string[],
  furthest: number = Math.max(2, Math.floor(name.length / 3)),
): string | undefined {
  let best: string | undefined;
  let bestDistance = furthest + 1;
  for (const candidate of known) {
    // Lengths alone keep them apart: probes with long names must stay cheap.
    if (Math.abs(candidate.length - name.length) >= bestDistance) continue;
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance >= bestDistance) continue;
    best = candidate;
    bestDistance = distance;
  }
  return best;
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? 0;
}
