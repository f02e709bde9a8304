import { constants } from "node:os";

/** What can be ended before its time. */
export interface Stoppable {
  stop(options: { readonly mode: "cancel" }): Promise<unknown>;
}

const EXIT_CODE_BASE = 128;

/** Ends the tour at the first Ctrl-C (or SIGTERM): pools are cancelled, so that what waits for them goes on. */
export class Interrupt {
  readonly #pools = new Set<Stoppable>();
  readonly #controller = new AbortController();
  #signal: "SIGINT" | "SIGTERM" | undefined;

  constructor() {
    process.once("SIGINT", this.#onSignal).once("SIGTERM", this.#onSignal);
  }

  /** 128 and the signal's number, as shells expect it; `undefined` when no signal came. */
  get exitCode(): number | undefined {
    return this.#signal === undefined ? undefined : EXIT_CODE_BASE + constants.signals[this.#signal];
  }

  /** Aborts when a signal came: for what can be given one. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Puts a pool among those that a signal ends, and returns it. */
  covers<P extends Stoppable>(pool: P): P {
    this.#pools.add(pool);
    return pool;
  }

  /** Throws when a signal came: for loops that no pool is in. */
  throwIfCame(): void {
    this.signal.throwIfAborted();
  }

  /** From here on signals do what they always do. */
  close(): void {
    process.off("SIGINT", this.#onSignal).off("SIGTERM", this.#onSignal);
  }

  readonly #onSignal = (signal: NodeJS.Signals): void => {
    this.#signal = signal === "SIGTERM" ? "SIGTERM" : "SIGINT";
    // A second signal ends the program at once.
    this.close();
    this.#controller.abort(new Error(`ended by ${signal}`));
    for (const pool of this.#pools) void pool.stop({ mode: "cancel" });
  };
}
