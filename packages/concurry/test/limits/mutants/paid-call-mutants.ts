import { type Mutant, mutant } from "./mutant.ts";

/** Mistakes that are easily made by what charges calls at once, as changes of the source. */
export const PAID_CALL_MUTANTS: readonly Mutant[] = [
  mutant(
    "calls of one turn count from the last look at the clock",
    "untimed-charges.ts",
    "else this.#countSoon();",
    "else this.#count();",
  ),
  mutant(
    "calls of one turn are not added up",
    "untimed-charges.ts",
    "meter.fits(this.#seenAt, untimed + amount)",
    "meter.fits(this.#seenAt, amount)",
  ),
  mutant(
    "calls of one turn go through a leaky bucket together",
    "untimed-charges.ts",
    "(untimed === 0 || meter.isAdditive) && ",
    "",
  ),
  mutant(
    "calls that are charged at once go past those who wait",
    "arbiter.ts",
    "if (this.#waiters.size > 0) return false;\n    if (looksNow)",
    "if (looksNow)",
  ),
];
