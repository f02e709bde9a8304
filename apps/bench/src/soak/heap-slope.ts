/** The heap after a collection, when so many calls were done. */
export interface HeapPoint {
  readonly calls: number;
  readonly heapBytes: number;
}

const SKIPPED_SHARE = 0.2;

/**
 * Bytes that the heap grows by with each call: the straight line nearest to the points, without the first fifth of them,
 * where code is still compiled and tables grow. NaN of fewer than two points.
 */
export function heapSlope(points: readonly HeapPoint[]): number {
  const kept = points.slice(Math.floor(points.length * SKIPPED_SHARE));
  const mean = (of: (point: HeapPoint) => number): number =>
    kept.reduce((sum, point) => sum + of(point), 0) / kept.length;
  const calls = mean((point) => point.calls);
  const heap = mean((point) => point.heapBytes);
  const covariance = mean((point) => (point.calls - calls) * (point.heapBytes - heap));
  return covariance / mean((point) => (point.calls - calls) ** 2);
}
