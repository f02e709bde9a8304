import { type Mutant, mutant } from "./mutant.ts";

/** Mistakes that are easily made by what charges calls at once, as changes of the source. */
export const PAID_CALL_MUTANTS: readonly Mutant[] = [
  mutant(
    "calls of one turn count from the last look at the clock",
    "arbiter.ts",
    "else this.#untimed.countSoon();",
    "else this.#untimed.countAt(this.#seenAt);",
  ),
  mutant(
    "calls of one turn are not added up",
    "untimed-charges.ts",
    "if (!meter.fits(now, untimed + 1)) return false;",
    "if (!meter.fits(now, 1)) return false;",
  ),
  mutant(
    "calls of one turn go through a leaky bucket together",
    "untimed-charges.ts",
    "if (untimed > 0 && !meter.isAdditive) return false;",
    "",
  ),
  mutant(
    "calls that are charged at once go past those who wait",
    "arbiter.ts",
    "if (this.#waiters.size > 0) return false;\n    // What fits",
    "// What fits",
  ),
];
