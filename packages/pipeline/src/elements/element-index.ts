/** Place of an element: its number in the source, then one number for each `flatMap` on its way. */
export type ElementIndex = readonly number[];

/** Negative when `left` comes before `right`, 0 for equal ones. Number by number; what ends first is first. */
export function compareIndexes(left: ElementIndex, right: ElementIndex): number {
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at++) {
    const difference = (left[at] as number) - (right[at] as number);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/** The index of the element number `position` that a `flatMap` made of the element at `parent`. */
export function childIndex(parent: ElementIndex, position: number): ElementIndex {
  return parent.length === 1 ? [parent[0] as number, position] : [...parent, position];
}
