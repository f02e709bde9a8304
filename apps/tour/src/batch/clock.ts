const NANOSECONDS = 1e6;

/** Milliseconds of a clock that all threads and processes of a machine share, and that never jumps. */
export function sharedNow(): number {
  return Number(process.hrtime.bigint()) / NANOSECONDS;
}
