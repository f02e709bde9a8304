import type { LimitClock } from "./limits.ts";

/** The real time. Its timers keep the process alive: they run only while somebody waits. */
export const systemLimitClock: LimitClock = {
  now: () => performance.now(),
  set: (callback, milliseconds) => setTimeout(callback, milliseconds),
  clear: (timer) => clearTimeout(timer as NodeJS.Timeout),
};
