import { appendFileSync, closeSync, openSync, readFileSync, writeSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { callContext, Worker } from "concurry";

/** How a worker is hurt from the inside. */
export type Wound =
  | "exit"
  | "exitLater"
  | "throwLater"
  | "rejectLater"
  | "outOfMemory"
  | "blockLater"
  | "killItself"
  | "closeRequests"
  | "closeReplies"
  | "disconnect"
  | "closePort"
  | "closeParentPort";

/** How a worker dies while it is built, by the number of its birth among all births of its pool. */
export type StillBirths = Readonly<Record<number, "exit" | "kill">>;

/** What a {@link Victim} is built with. */
export interface VictimOptions {
  readonly births?: StillBirths | undefined;
  /** Calls that may run at once; one more is noted as a fault. */
  readonly concurrency?: number;
}

/** What a call of a {@link Victim} brings back. */
export interface Answer {
  readonly id: string;
  readonly attempt: number;
  readonly echo: unknown;
}

/** Begins the lines of what must never happen. */
export const FAULT = "FAULT";

const REQUESTS_FD = 3;
const REPLIES_FD = 4;
const BLOCKED_MS = 150;
const LATER_MS = 2;

const never = (): Promise<never> => new Promise(() => {});

/** Notes each execution in a file that outlives it, before it does anything else; can be hurt in many ways. */
export class Victim extends Worker {
  readonly #journal: number;
  readonly #concurrency: number;
  #running = 0;
  #isClosed = false;

  constructor(journalFile: string, { births, concurrency = Number.POSITIVE_INFINITY }: VictimOptions = {}) {
    super();
    this.#concurrency = concurrency;
    // Kept open: a descriptor that was closed by force must not be given to this file.
    this.#journal = openSync(journalFile, "a");
    if (births !== undefined) beBorn(`${journalFile}.births`, births);
  }

  onStop(): void {
    this.#isClosed = true;
    closeSync(this.#journal);
  }

  work(id: string, payload: unknown): Answer {
    return this.#note(id, payload);
  }

  /** Takes its time without looking at its signal. */
  rest(id: string, payload: unknown, milliseconds: number): Promise<Answer> {
    return this.#during(this.#note(id, payload), pause(milliseconds));
  }

  /** Takes its time, and ends when it is told to. */
  obey(id: string, payload: unknown, milliseconds: number): Promise<Answer> {
    const { signal } = callContext();
    return this.#during(this.#note(id, payload), pause(milliseconds, undefined, { signal }));
  }

  busy(id: string, payload: unknown, milliseconds: number): Answer {
    const answer = this.#note(id, payload);
    block(milliseconds);
    return answer;
  }

  /** Fails until its attempt of that number. */
  fail(id: string, payload: unknown, until: number): Answer {
    const answer = this.#note(id, payload);
    if (answer.attempt < until) throw new Error(`meant to fail: ${id}`);
    return answer;
  }

  /** Holds a connection and takes tokens, as far as there are limits of that name. */
  take(
    id: string,
    payload: unknown,
    milliseconds: number,
    amounts: Readonly<Record<string, number>>,
  ): Promise<Answer> {
    const { signal } = callContext();
    const answer = this.#note(id, payload);
    const taken = this.limits.use(amounts, async (lease) => {
      if (amounts.tokens !== undefined) lease.update({ tokens: amounts.tokens / 2 });
      await pause(milliseconds, undefined, { signal });
    });
    return this.#during(answer, taken);
  }

  hang(id: string, payload: unknown): Promise<Answer> {
    return this.#during(this.#note(id, payload), never());
  }

  spin(id: string, payload: unknown): never {
    this.#note(id, payload);
    for (;;) Math.random();
  }

  /** For broadcasts: they have no number of their own, so the worker's is added. */
  mark(id: string): number {
    const { workerIndex } = callContext();
    this.#note(`${id}@${workerIndex}`, undefined);
    return workerIndex;
  }

  hurt(id: string, payload: unknown, wound: Wound): Answer | Promise<Answer> {
    const answer = this.#note(id, payload);
    WOUNDS[wound]();
    return answer;
  }

  #note(id: string, echo: unknown): Answer {
    const { attempt } = callContext();
    this.#write(`${id} ${attempt}`);
    return { id, attempt, echo };
  }

  async #during(answer: Answer, work: Promise<unknown>): Promise<Answer> {
    this.#running += 1;
    if (this.#running > this.#concurrency) this.#write(`${FAULT}-${answer.id} ${this.#running}`);
    try {
      await work;
      return answer;
    } finally {
      this.#running -= 1;
    }
  }

  #write(line: string): void {
    if (!this.#isClosed) writeSync(this.#journal, `${line}\n`);
  }
}

const WOUNDS: Readonly<Record<Wound, () => void>> = {
  exit: () => process.exit(7),
  exitLater: () => void setTimeout(() => process.exit(8), LATER_MS),
  throwLater: () =>
    void setTimeout(() => {
      throw new RangeError("thrown by nobody's call");
    }, LATER_MS),
  rejectLater: () => void setTimeout(() => void Promise.reject(new RangeError("seen by nobody")), LATER_MS),
  outOfMemory: () => {
    const kept: unknown[] = [];
    // Large arrays: many small ones may end the whole program on Node 24, and never end on Node 26.
    for (;;) kept.push(new Array(500_000).fill(0));
  },
  blockLater: () => void setTimeout(block, LATER_MS, BLOCKED_MS),
  killItself: () => void process.kill(process.pid, "SIGKILL"),
  closeRequests: () => closeSync(REQUESTS_FD),
  closeReplies: () => closeSync(REPLIES_FD),
  disconnect: () => process.disconnect(),
  closePort: () => (workerData as { callPort: MessagePort }).callPort.close(),
  closeParentPort: () => parentPort?.close(),
};

function block(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end) Math.random();
}

/** Counts the births of a pool in a file, since those who die early can't tell. */
function beBorn(file: string, births: StillBirths): void {
  const own = `${process.pid}-${Math.random()}`;
  appendFileSync(file, `${own}\n`);
  const end = births[readFileSync(file, "utf8").split("\n").indexOf(own)];
  if (end === "exit") process.exit(6);
  if (end === "kill") process.kill(process.pid, "SIGKILL");
}
