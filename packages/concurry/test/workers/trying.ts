import { callContext, TimeoutError, Worker } from "concurry";

/** Known to the caller as a class, since the module exports it. */
export class FlakyError extends Error {
  override readonly name: string = "FlakyError";
}

/** What a method saw of its call. */
export interface Look {
  readonly attempt: number;
  readonly callId: number;
  readonly deadline: number | undefined;
}

/** Methods that fail, take their time or never end, as they are told. */
export class Trying extends Worker {
  readonly #log: string[] = [];
  readonly #openGates = new Set<string>();
  readonly #waiting = new Map<string, () => void>();

  /** Fails until the given attempt. */
  failUntil(attempt: number): Look {
    const look = this.look();
    this.#log.push(`attempt ${look.attempt}`);
    if (look.attempt < attempt) throw new FlakyError(`attempt ${look.attempt}`);
    return look;
  }

  /** Throws a plain value. */
  throwText(text: string): never {
    throw text;
  }

  attempt(): number {
    return callContext().attempt;
  }

  /** Alternates: odd attempts fail, even ones return their number. */
  alternate(): number {
    const { attempt } = callContext();
    if (attempt % 2 === 1) throw new FlakyError(`attempt ${attempt}`);
    return attempt;
  }

  look(): Look {
    const { attempt, callId, deadline } = callContext();
    return { attempt, callId, deadline };
  }

  /** In its first attempts it waits until it is aborted; in the given one it returns. */
  async hangUntil(attempt: number): Promise<number> {
    const { signal, attempt: current } = callContext();
    if (current >= attempt) return current;
    await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
    this.#log.push(signal.reason instanceof TimeoutError ? "timed out" : String(signal.reason));
    return current;
  }

  /** In its first attempts it never lets go of its thread. */
  spinUntil(attempt: number): number {
    const { attempt: current } = callContext();
    if (current < attempt) for (;;) Math.random();
    return current;
  }

  /** In its first attempts it ends its process or thread. */
  exitUntil(attempt: number): number {
    const { attempt: current } = callContext();
    if (current < attempt) process.exit(3);
    return current;
  }

  /** Waits for a gate, whatever its signal says. */
  async pass(gate: string): Promise<string> {
    this.#log.push(`${gate} in`);
    if (!this.#openGates.has(gate)) await new Promise<void>((resolve) => this.#waiting.set(gate, resolve));
    this.#log.push(`${gate} out`);
    return gate;
  }

  open(gate: string): void {
    this.#openGates.add(gate);
    this.#waiting.get(gate)?.();
  }

  /** Notes and returns; never ends for the text "spin". */
  note(text: string): string {
    if (text === "spin") for (;;) Math.random();
    this.#log.push(text);
    return text;
  }

  size(bytes: Uint8Array): number {
    return bytes.length;
  }

  /** Fails until the given attempt, having been given bytes. */
  sizeAt(attempt: number, bytes: Uint8Array): number {
    if (callContext().attempt < attempt) throw new FlakyError("not yet");
    return bytes.length;
  }

  where(): number {
    return callContext().workerIndex;
  }

  /** Tells which worker it was; fails at its first attempt. */
  whereAtSecond(): number {
    if (callContext().attempt === 1) throw new FlakyError("first");
    return callContext().workerIndex;
  }

  log(): readonly string[] {
    return this.#log;
  }
}
