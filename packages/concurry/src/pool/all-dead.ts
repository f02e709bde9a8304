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
  const waiting = [...dispatcher.takeAll(), ...(charging?.list() ?? [])];
  for (const call of waiting) ledger.reject(call, deadBecause);
}
