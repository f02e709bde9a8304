import { setTimeout } from "node:timers/promises";
import type { Pool, RetryEvent } from "concurry";
import { check } from "../../check-error.ts";
import type { Context } from "../../context.ts";
import { formatTime } from "../../render/format.ts";
import type { Column } from "../../render/table.ts";
import type { FrailAnalyst } from "../../workers/frail-analyst.ts";

/** What {@link Chronicle.take} gives: when, who, what. */
export const CHRONICLE_COLUMNS: readonly Column[] = [
  { title: "", align: "right" },
  { title: "" },
  { title: "" },
];

// Long enough for a process to start on a machine that is very busy.
const BACK_DEADLINE_MS = 20_000;
const LOOK_MS = 10;

/** Writes down what happens to the workers of a pool, and when. */
export class Chronicle {
  #startedAt = performance.now();
  readonly #hitAt = new Map<number, number>();
  #rows: string[][] = [];

  constructor(pool: Pool<FrailAnalyst>) {
    pool.on("workerExit", ({ workerIndex, exitCode, signal, expected }) => {
      const how = signal ?? `exit code ${exitCode}`;
      if (!expected) this.#write(workerIndex, `dead (${how}), seen ${this.#sinceHit(workerIndex)} later`);
    });
    pool.on("workerReady", ({ workerIndex, startMs }) => {
      if (!this.#hitAt.has(workerIndex)) return;
      this.#write(
        workerIndex,
        `up again, ${this.#sinceHit(workerIndex)} later; its start took ${formatTime(startMs)}`,
      );
      this.#hitAt.delete(workerIndex);
    });
    pool.on("retry", (event) => this.#write(undefined, failure(event)));
  }

  /** Something is done to a worker: what follows is timed from here. */
  hit(workerIndex: number, what: string): void {
    this.#hitAt.set(workerIndex, performance.now());
    this.#write(workerIndex, what);
  }

  /**
   * Resolves when every worker that was hit is back.
   *
   * @throws {CheckError} When one isn't after a long time.
   */
  async settled({ interrupt }: Pick<Context, "interrupt">): Promise<void> {
    const deadline = performance.now() + BACK_DEADLINE_MS;
    while (this.#hitAt.size > 0) {
      check(performance.now() < deadline, "a worker that died comes back");
      // An idle pool keeps no program alive: this timer does.
      await setTimeout(LOOK_MS);
      interrupt.throwIfCame();
    }
  }

  /** The rows so far. The next ones begin at 0 again. */
  take(): string[][] {
    const rows = this.#rows;
    this.#rows = [];
    return rows;
  }

  #write(workerIndex: number | undefined, what: string): void {
    const now = performance.now();
    if (this.#rows.length === 0) this.#startedAt = now;
    const who = workerIndex === undefined ? "" : `worker ${workerIndex}`;
    this.#rows.push([formatTime(now - this.#startedAt), who, what]);
  }

  #sinceHit(workerIndex: number): string {
    const now = performance.now();
    return formatTime(now - (this.#hitAt.get(workerIndex) ?? now));
  }
}

function failure({ method, error, waitMs }: RetryEvent): string {
  const why = error instanceof Error ? error.message : String(error);
  return `${method}() rejects: ${why.replace(/^.*? died/, "its worker died")}. Once more in ${formatTime(waitMs)}`;
}
