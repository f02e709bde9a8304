import { callContext, Worker } from "concurry";

interface Gate {
  readonly opened: Promise<void>;
  readonly open: () => void;
}

/** Holds calls at named gates until a broadcast opens them: tests decide what runs when, without a clock. */
export class Gated extends Worker {
  readonly #gates = new Map<string, Gate>();
  readonly #log: string[] = [];
  #running = 0;
  #most = 0;

  /** Waits at a gate. */
  async pass(gate: string): Promise<string> {
    this.#running += 1;
    this.#most = Math.max(this.#most, this.#running);
    this.#log.push(`${gate} in`);
    await this.#gate(gate).opened;
    this.#log.push(`${gate} out`);
    this.#running -= 1;
    return gate;
  }

  /** Waits until its call is cancelled. */
  async obey(): Promise<string> {
    const { signal } = callContext();
    this.#log.push("obey in");
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve));
    const { name, cause } = signal.reason as Error;
    this.#log.push(`obey out: ${name}, ${String(cause)}`);
    return "obeyed";
  }

  /** Runs for ever, and never yields. */
  spin(): never {
    for (;;) Math.random();
  }

  /** Keeps its thread busy. */
  spend(milliseconds: number): void {
    const end = performance.now() + milliseconds;
    while (performance.now() < end) Math.random();
  }

  note(text: string): string {
    this.#log.push(text);
    return text;
  }

  open(gate: string): void {
    this.#gate(gate).open();
  }

  running(): number {
    return this.#running;
  }

  most(): number {
    return this.#most;
  }

  log(): readonly string[] {
    return this.#log;
  }

  #gate(name: string): Gate {
    const known = this.#gates.get(name);
    if (known !== undefined) return known;
    let open: () => void = () => {};
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    const gate = { opened, open };
    this.#gates.set(name, gate);
    return gate;
  }
}
