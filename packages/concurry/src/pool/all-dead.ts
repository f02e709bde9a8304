import type { Call } from "./call.ts";
import type { PoolCore } from "./pool.ts";

/** Where no worker will ever come again, nothing waits any more: neither calls nor those who wait for a worker. */
export function rejectIfAllAreDead({
  places,
  dispatcher,
  charging,
  ledger,
  entrance,
  deadBecause,
}: PoolCore): void {
  if (places.handles.some(({ state }) => state !== "dead")) return;
  entrance.up.reject(deadBecause);
  // What waits for limits at a worker that leaves may still run there.
  const charged = charging?.list() ?? [];
  const waiting = [...dispatcher.takeAll(), ...charged.filter((call) => !mayRun(call))];
  for (const call of waiting) ledger.reject(call, deadBecause);
}

function mayRun({ isReserved, handle }: Call): boolean {
  return isReserved && handle?.isLeaving === true && handle.live !== undefined;
}
