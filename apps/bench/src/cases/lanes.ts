/** A workload with a fixed number of calls outstanding. */
export interface Lanes<T> {
  readonly outstanding: number;
  readonly calls: number;
  /** Makes call number `index` from one of the lanes. */
  call(lane: number, index: number): Promise<T>;
  /** Throws when the result is wrong. Cheap: it is timed. */
  verify(result: T, lane: number, index: number): void;
}

/** Keeps `outstanding` calls running until all are done. Returns the milliseconds it took. */
export async function runLanes<T>(lanes: Lanes<T>): Promise<number> {
  let next = 0;
  const runLane = async (lane: number): Promise<void> => {
    while (next < lanes.calls) {
      const index = next;
      next += 1;
      lanes.verify(await lanes.call(lane, index), lane, index);
    }
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: lanes.outstanding }, (_, lane) => runLane(lane)));
  return performance.now() - start;
}
