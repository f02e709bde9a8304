import { types } from "node:util";
import type { ControlLane } from "../control/control-lane.ts";
import type { Loan, PoolControls } from "../control/controls.ts";
import { loanIsOver } from "../control/loan-over.ts";
import { readOutcome, unpackThrown } from "../control/outcome.ts";
import type { Wire } from "../protocol/connection.ts";
import type { LentArguments, StandIn } from "../protocol/lent-arguments.ts";
import { type Packed, pack, unpack } from "../protocol/packed.ts";
import { Replacement } from "../protocol/replacement.ts";
import { loanError } from "../protocol/serialization-failure.ts";
import { unlessAborted } from "../util/unless-aborted.ts";
import type { RunningCall } from "./running-call.ts";

/** The pool, as far as its workers borrow from it. */
export interface Lender {
  readonly control: ControlLane<PoolControls>;
  readonly wire: Wire;
  /** What the module of the worker's class exports under a name. */
  readonly exported: (name: string) => unknown;
}

/** What the caller has lent to one call, as the method sees it: functions and iterables that ask for the caller's. */
export class Borrowed {
  readonly #lender: Lender;
  readonly #owner: number;
  readonly #call: RunningCall;
  /** Calls of functions that have no answer yet. */
  #unanswered = 0;
  #isOver = false;

  constructor(lender: Lender, owner: number, call: RunningCall) {
    this.#lender = lender;
    this.#owner = owner;
    this.#call = call;
  }

  /** Puts what was borrowed in the places of the stand-ins. */
  argumentsOf({ value, standIns }: LentArguments): unknown {
    const borrowed = new Map(standIns.map((standIn, index) => [standIn, this.#borrow(standIn, index)]));
    const replacement = new Replacement([value]);
    replacement.find((inner) => borrowed.has(inner as StandIn));
    return replacement.finish(borrowed)[0];
  }

  /** Runs the method. When that is at its end nothing can be used any more. */
  during(run: () => unknown): unknown {
    let result: unknown;
    try {
      result = run();
    } catch (thrown) {
      result = Promise.reject(thrown);
    }
    if (!types.isGeneratorObject(result)) return this.#until(result);
    return this.#through(result as unknown as AsyncIterable<unknown>);
  }

  async #until(result: unknown): Promise<unknown> {
    try {
      return await result;
    } finally {
      await this.#end();
    }
  }

  async *#through(items: AsyncIterable<unknown>): AsyncGenerator<unknown, unknown, undefined> {
    try {
      return yield* items;
    } finally {
      await this.#end();
    }
  }

  async #end(): Promise<void> {
    this.#isOver = true;
    // Calls that the method didn't wait for: they must not be overtaken by the end of the loan.
    if (this.#unanswered > 0) await this.#lender.control.call("catchUp");
  }

  #borrow({ kind }: StandIn, index: number): unknown {
    const loan: Loan = { owner: this.#owner, attempt: this.#call.attempt, index };
    if (kind === "iterable") return this.#items(loan);
    return (...args: unknown[]): Promise<unknown> => {
      const result = this.#run(loan, args);
      // As with futures: a method that doesn't wait for it doesn't want to die of it.
      result.catch(() => {});
      return result;
    };
  }

  /**
   * Waits for an answer of the caller until the call is told to end: a stream that was left goes on to its `finally`. What
   * is asked for there is waited for as long as it takes.
   */
  #answer<T>(asked: Promise<T>): Promise<T> {
    const { isAborted, signal } = this.#call;
    return isAborted ? asked : unlessAborted(asked, signal, loanIsOver);
  }

  async #run(loan: Loan, args: readonly unknown[]): Promise<unknown> {
    const { control, wire, exported } = this.#lender;
    if (this.#isOver) throw loanIsOver();
    const packed = packArguments(args, wire);
    this.#unanswered += 1;
    try {
      return readOutcome(await this.#answer(control.call("run", loan, packed)), wire, exported);
    } finally {
      this.#unanswered -= 1;
    }
  }

  async *#items(loan: Loan): AsyncGenerator<unknown, void, undefined> {
    const { control, wire, exported } = this.#lender;
    let isAtEnd = false;
    try {
      while (!isAtEnd) {
        if (this.#isOver) throw loanIsOver();
        const { items, end } = await this.#answer(control.call("pull", loan));
        isAtEnd = end !== undefined;
        for (const item of items) yield unpack(item);
        if (end?.thrown !== undefined) throw unpackThrown(end.thrown, wire, exported);
      }
    } finally {
      // When the call has settled, the pool has closed it.
      if (!isAtEnd && !this.#isOver) control.call("leave", loan).catch(() => {});
    }
  }
}

function packArguments(args: readonly unknown[], wire: Wire): Packed {
  try {
    return pack(args, wire);
  } catch (cause) {
    throw loanError("What the function was called with", "the caller", args, cause, wire);
  }
}
