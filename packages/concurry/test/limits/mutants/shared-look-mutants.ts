import { type Mutant, mutant } from "./mutant.ts";

const FILE = "untimed-charges.ts";

/** Mistakes that are easily made by requests that share a look at the clock, as changes of the source. */
export const SHARED_LOOK_MUTANTS: readonly Mutant[] = [
  mutant(
    "charges without a time count from the look before them",
    FILE,
    "this.#seenAt = now;\n    if (this.#states.length > 0) this.#count();",
    "if (this.#states.length > 0) this.#count();\n    this.#seenAt = now;",
  ),
  mutant(
    "nobody looks at the clock at the end of a turn",
    FILE,
    "if (this.#states.length > 0) this.#look();\n      this.#looks = 0;",
    "this.#looks = 0;",
  ),
  mutant("looks are shared over turns", FILE, "this.#looks = 0;\n      this.#isHurried = false;", ""),
  mutant("looks at any clock are shared", FILE, "this.#mayShare && this.#looks", "this.#looks"),
  mutant("a refund before its charge counts is forgotten", FILE, "hold.state.untimed -= back;", ""),
  mutant(
    "what counts already is lowered as if it did not",
    FILE,
    "!(charge instanceof SharedCharge) || charge.charge !== undefined || ",
    "!(charge instanceof SharedCharge) || ",
  ),
  mutant(
    "a leaky bucket gives back before its charge counts",
    FILE,
    "charge.charge !== undefined || !state.meter.isAdditive",
    "charge.charge !== undefined",
  ),
  mutant(
    "more than was taken is lowered without a charge",
    FILE,
    "state.isPlain(used) && used <= net",
    "state.isPlain(used)",
  ),
  mutant(
    "of a request for several limits the first alone is checked",
    FILE,
    "for (let hold = grant.first; hold !== undefined; hold = hold.next)\n      if (!this.#fits",
    "for (let hold = grant.first; hold === grant.first && hold !== undefined; hold = hold.next)\n      if (!this.#fits",
  ),
  mutant(
    "a shared charge is settled with its first grant",
    "ledger.ts",
    "if (charge.holds === 0 && charge.charge !== undefined)",
    "if (charge.charge !== undefined)",
  ),
  mutant(
    "a shared charge is settled before all its grants are released",
    FILE,
    "if (shared === undefined || shared.holds === 0) meter.settle(charge);\n      else shared.charge = charge;",
    "meter.settle(charge);\n      if (shared !== undefined) shared.charge = charge;",
  ),
  mutant(
    "a refund takes what others were charged at the same moment",
    "ledger.ts",
    "Math.min(amount - back, hold.counted)",
    "amount - back",
  ),
  mutant(
    "the short way goes past those who wait",
    "plain-requests.ts",
    "if (this.#arbiter.waiting > 0) return undefined;",
    "",
  ),
  mutant(
    "the short way grants of a closed set",
    "set-core.ts",
    "return this.#closed === undefined ? this.#plain?.take(request) : undefined;",
    "return this.#plain?.take(request);",
  ),
];
