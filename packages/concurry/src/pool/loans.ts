import type { PackedItems } from "../control/controls.ts";
import { loanIsOver } from "../control/loan-over.ts";
import { type PackedOutcome, packThrown } from "../control/outcome.ts";
import type { Wire } from "../protocol/connection.ts";
import { type Packed, pack, unpack } from "../protocol/packed.ts";
import { loanError } from "../protocol/serialization-failure.ts";
import { type Deferred, deferred } from "../util/deferred.ts";
import { LentSource, type Packing } from "./lent-source.ts";

type AnyFunction = (...values: unknown[]) => unknown;

/** Who has borrowed: a call, or a broadcast. */
export interface Borrower {
  /** Whether the method that asks is the one whose outcome counts. */
  isRunning(attempt: number): boolean;
  /** An iterable is begun: the same can't be given again. */
  onBegun(): void;
}

/** What one call has lent to its worker. */
export class Loans {
  readonly borrower: Borrower;
  readonly #things: readonly object[];
  readonly #sources: Map<number, LentSource> = new Map();
  readonly #packing: Packing;
  /** Runs of functions that a worker waits for. */
  readonly #runs: Set<Deferred<PackedOutcome>> = new Set();

  constructor(things: readonly object[], borrower: Borrower, packing: Packing) {
    this.borrower = borrower;
    this.#things = things;
    this.#packing = packing;
  }

  run(index: number, packedArguments: Packed): Promise<PackedOutcome> {
    const answer = deferred<PackedOutcome>();
    this.#runs.add(answer);
    void this.#perform(this.#things[index] as AnyFunction, packedArguments).then((outcome) => {
      this.#runs.delete(answer);
      answer.resolve(outcome);
    });
    return answer.promise;
  }

  pull(index: number): Promise<PackedItems> {
    let source = this.#sources.get(index);
    if (source === undefined) {
      this.borrower.onBegun();
      source = new LentSource(this.#things[index] as object, this.#packing);
      this.#sources.set(index, source);
    }
    return source.pull();
  }

  leave(index: number): void {
    this.#sources.get(index)?.close();
  }

  /** The call has settled: iterables are closed, and what still runs here is answered to nobody. */
  end(): void {
    for (const answer of this.#runs) answer.resolve({ thrown: this.#packing.thrown(loanIsOver()) });
    this.#runs.clear();
    for (const source of this.#sources.values()) source.close();
  }

  async #perform(lent: AnyFunction, packedArguments: Packed): Promise<PackedOutcome> {
    try {
      return { value: this.#packing.item(await lent(...(unpack(packedArguments) as unknown[]))) };
    } catch (thrown) {
      return { thrown: this.#packing.thrown(thrown) };
    }
  }
}

/** @param exported What this program has loaded of the exports of the worker's module. */
export function packingFor(wire: Wire, exported: (name: string) => unknown): Packing {
  const exports = (errorClass: unknown): string | undefined => {
    const name = typeof errorClass === "function" ? errorClass.name : "";
    return name !== "" && exported(name) === errorClass ? name : undefined;
  };
  return {
    item: (value) => {
      try {
        return pack(value, wire);
      } catch (cause) {
        throw loanError("What a function or iterable of the caller gave", "the worker", value, cause, wire);
      }
    },
    thrown: (thrown) => packThrown(thrown, wire, exports),
  };
}
