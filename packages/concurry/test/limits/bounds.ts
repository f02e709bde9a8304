import type { NaiveArbiter } from "./naive-arbiter.ts";
import type { NaiveCharge, NaiveMeter } from "./naive-meters.ts";

const LENGTHS = [1 / 4, 1 / 2, 1, 2];

/** Throws when more was granted in some interval than the algorithm guarantees. */
export function checkBounds(arbiter: NaiveArbiter): void {
  for (const meter of Object.values(arbiter.meters))
    for (const share of LENGTHS) checkLength(meter, Math.round(meter.shape.window * share));
  for (const [key, capacity] of Object.entries(arbiter.resources))
    if (arbiter.inUse(key) > capacity) throw new Error(`${arbiter.inUse(key)} of ${key} are in use`);
}

function checkLength(meter: NaiveMeter, length: number): void {
  const { charges, shape } = meter;
  for (const { at } of charges) {
    const inside = charges.filter((charge) => charge.at >= at && charge.at < at + length);
    const granted = total(inside);
    const overdraft = total(inside.filter(({ isLater }) => isLater));
    const bound = boundOf(meter, length) + overdraft;
    if (granted > bound + shape.capacity * 1e-9 + 1e-12)
      throw new Error(`${granted} in ${length} from ${at}, of at most ${bound}`);
  }
}

function boundOf({ shape, charges }: NaiveMeter, length: number): number {
  const { algorithm, capacity, burst, window } = shape;
  const inTime = (capacity * length) / window;
  switch (algorithm) {
    case "sliding_window":
      return length <= window ? capacity : capacity * Math.ceil(length / window);
    case "fixed_window":
      return capacity * (1 + Math.ceil(length / window));
    case "leaky_bucket":
      return inTime + Math.max(0, ...charges.filter(({ isLater }) => !isLater).map(({ amount }) => amount));
    case "token_bucket":
    case "gcra":
      return burst + inTime;
  }
}

function total(charges: readonly NaiveCharge[]): number {
  return charges.reduce((sum, { amount }) => sum + amount, 0);
}
