import { edit, type Mutant, mutant } from "./mutant.ts";

/** Mistakes that are easily made in algorithms, as changes of the source. */
export const ALGORITHM_MUTANTS: readonly Mutant[] = [
  mutant(
    "naive refund of a bucket",
    "algorithms/token-bucket.ts",
    "this.#headroom.since(mark))",
    "this.#shape.burst - level)",
  ),
  mutant(
    "bucket: refunds don't share their room",
    "algorithms/token-bucket.ts",
    "this.#headroom.use(mark, back);",
    "",
  ),
  {
    name: "bucket: refund after the window",
    edits: [
      edit("algorithms/token-bucket.ts", "if (now >= mark.expiry) return 0;", ""),
      edit(
        "algorithms/headroom.ts",
        "while (this.#oldest !== undefined && now >= this.#oldest.expiry) this.#remove(this.#oldest);",
        "",
      ),
    ],
  },
  mutant(
    "bucket: grows above its burst",
    "algorithms/token-bucket.ts",
    "return Math.min(burst, this.#level + ((now - this.#levelTime) * capacity) / window);",
    "return this.#level + ((now - this.#levelTime) * capacity) / window;",
  ),
  mutant(
    "sliding: refund of an expired charge",
    "algorithms/sliding-window.ts",
    "if (offset < 0) return 0;",
    "",
  ),
  mutant(
    "sliding: > for >= at expiry",
    "algorithms/sliding-window.ts",
    "now >= (this.#expiries[this.#start] as number)",
    "now > (this.#expiries[this.#start] as number)",
  ),
  mutant(
    "fixed: refund into the next window",
    "algorithms/fixed-window.ts",
    " || charge !== this.#window",
    "",
  ),
  mutant(
    "fixed: > for >= at the edge",
    "algorithms/fixed-window.ts",
    "if (!(now >= this.#end) ||",
    "if (!(now > this.#end) ||",
  ),
  mutant(
    "fixed: overdraft isn't carried on",
    "algorithms/fixed-window.ts",
    "this.#used = Math.max(0, this.#used - ended * capacity);",
    "this.#used = 0;",
  ),
  mutant(
    "leaky: refund",
    "algorithms/leaky-bucket.ts",
    "refund(): number {\n    return 0;",
    "refund(_now: number, _charge: Charge, amount: number): number {\n    this.#level -= amount;\n    return amount;",
  ),
  mutant(
    "leaky: last leak set to now when nothing leaked",
    "algorithms/leaky-bucket.ts",
    "return Math.max(0, this.#level - leaked);",
    "if (leaked < 1) this.#levelTime = now;\n    return Math.max(0, this.#level - leaked);",
  ),
  {
    name: "float milliseconds, now − s ≥ W beside s + W ≤ now",
    edits: [
      edit(
        "arbiter.ts",
        "const now = Math.round(this.#clock.now() * MICROSECONDS);",
        "const now = this.#clock.now() * MICROSECONDS;",
      ),
      edit(
        "algorithms/sliding-window.ts",
        "now >= (this.#expiries[this.#start] as number)",
        "now / 1000 - ((this.#expiries[this.#start] as number) - this.#shape.window) / 1000 >= this.#shape.window / 1000",
      ),
    ],
  },
];
