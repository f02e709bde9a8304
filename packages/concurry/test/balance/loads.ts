import type { WorkerLoad } from "../../src/balance/balancer.ts";

/** A worker's load that tests change by hand. */
export interface TestLoad extends WorkerLoad {
  state: string;
  queued: number;
  running: number;
  total: number;
}

/** The call that tests select for. */
export const CALL = { method: "work", key: undefined, priority: 0 };

/** Idle workers, one per state. */
export function workersIn(...states: readonly string[]): TestLoad[] {
  return states.map((state, index) => ({ index, state, queued: 0, running: 0, total: 0 }));
}

/** Ready workers with so many calls that run. */
export function readyWith(...running: readonly number[]): TestLoad[] {
  return running.map((calls, index) => ({ index, state: "ready", queued: 0, running: calls, total: calls }));
}
