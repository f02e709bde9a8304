/** What a lease stands for, without the lease itself. */
export interface Holding {
  readonly isReleased: boolean;
  /** Where it was taken, for the warning: `"Embedder.embed()"`. */
  readonly label: string;
  /** Gives it back, and counts it as leaked. */
  leak(): void;
}

// More than this many leases that are alive in one turn are watched at once.
const MANY_YOUNG = 512;

const registry = new FinalizationRegistry<Holding>((holding) => giveBack(holding));
const warned = new Set<string>();
// Side by side: leases that were taken in this turn, and what they stand for.
let young: object[] = [];
let holdings: Holding[] = [];
let isScheduled = false;

/**
 * Gives a lease back when it becomes garbage before it was released, and warns about it once per label.
 *
 * Watching costs more than taking, and most leases live for less than a turn of the event loop: so only those that
 * are older than that are watched.
 */
export function watchLease(lease: object, holding: Holding): void {
  // Mostly the last ones are released first: then the list stays short without being looked through.
  while (holdings.length > 0 && (holdings[holdings.length - 1] as Holding).isReleased) {
    young.pop();
    holdings.pop();
  }
  young.push(lease);
  holdings.push(holding);
  if (young.length > MANY_YOUNG) watchYoung();
  if (isScheduled) return;
  isScheduled = true;
  setImmediate(onTurn).unref();
}

function onTurn(): void {
  isScheduled = false;
  watchYoung();
}

function watchYoung(): void {
  for (const [index, holding] of holdings.entries())
    if (!holding.isReleased) registry.register(young[index] as object, holding);
  young = [];
  holdings = [];
}

function giveBack(holding: Holding): void {
  if (holding.isReleased) return;
  holding.leak();
  if (warned.has(holding.label)) return;
  warned.add(holding.label);
  process.emitWarning(
    `A lease that was taken in ${holding.label} was never released; it is given back now that nothing refers to it. ` +
      "Take leases by limits.use(), or release them in a finally block.",
    "UnreleasedLeaseWarning",
  );
}
