import type { Loan, PackedItems, PoolControls } from "../control/controls.ts";
import { loanIsOver } from "../control/loan-over.ts";
import type { Wire } from "../protocol/connection.ts";
import { isLendable } from "../protocol/lendable.ts";
import type { LentArguments, StandIn } from "../protocol/lent-arguments.ts";
import { Replacement } from "../protocol/replacement.ts";
import type { Packing } from "./lent-source.ts";
import { type Borrower, Loans, packingFor } from "./loans.ts";

type LendingControls = Pick<PoolControls, "run" | "pull" | "leave" | "catchUp">;

/**
 * What calls have lent to workers: functions and iterables, which stay here. The workers ask for what they do, on the
 * control lane, until the call settles.
 */
export class Lending {
  readonly #loans: Map<number, Loans> = new Map();
  readonly #packing: Packing;

  constructor(wire: Wire, exported: (name: string) => unknown) {
    this.#packing = packingFor(wire, exported);
  }

  /** Calls that have lent something and not settled. */
  get size(): number {
    return this.#loans.size;
  }

  /**
   * Lends what can be lent of the arguments of a call.
   *
   * @param owner Number of the call.
   * @param moved What is moved to the worker, and so isn't lent.
   * @returns The arguments to be sent in place of these; undefined when nothing among them can be lent.
   */
  lend(
    owner: number,
    args: readonly unknown[],
    borrower: Borrower,
    moved: readonly unknown[] = [],
  ): LentArguments | undefined {
    const replacement = new Replacement(args);
    try {
      replacement.find((value) => isLendable(value) && !moved.includes(value));
    } catch {
      return undefined; // of a getter that throws the clone complains
    }
    const things = [...replacement.found];
    if (things.length === 0) return undefined;
    const standIns = things.map(standInFor);
    this.#loans.set(owner, new Loans(things, borrower, this.#packing));
    const list = replacement.finish(new Map(things.map((thing, index) => [thing, standIns[index]])));
    return { owner, value: list, standIns };
  }

  /** The call has settled: nothing of it is lent any more. */
  release(owner: number): void {
    const loans = this.#loans.get(owner);
    this.#loans.delete(owner);
    loans?.end();
  }

  /** What workers may ask for. */
  controls(): LendingControls {
    return {
      run: async (loan, packedArguments) =>
        this.#find(loan)?.run(loan.index, packedArguments) ?? { thrown: this.#over() },
      pull: async (loan): Promise<PackedItems> =>
        this.#find(loan)?.pull(loan.index) ?? { items: [], end: { thrown: this.#over() } },
      leave: (loan) => this.#find(loan)?.leave(loan.index),
      catchUp: () => {},
    };
  }

  #find({ owner, attempt }: Loan): Loans | undefined {
    const loans = this.#loans.get(owner);
    return loans?.borrower.isRunning(attempt) ? loans : undefined;
  }

  #over(): ReturnType<Packing["thrown"]> {
    return this.#packing.thrown(loanIsOver());
  }
}

function standInFor(thing: object): StandIn {
  return { kind: typeof thing === "function" ? "function" : "iterable" };
}
