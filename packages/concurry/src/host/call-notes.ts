import { TELL_ATTEMPT, TELL_LIMIT, TELL_SLOT } from "../protocol/frame.ts";
import type { CallFacts } from "./running-call.ts";

/** What is told of calls ahead of them, until they come. */
export class CallNotes {
  readonly #facts = new Map<number, CallFacts>();

  get isEmpty(): boolean {
    return this.#facts.size === 0;
  }

  /** Keeps one fact of the call that follows in its slot. */
  add(op: number, value: number): void {
    const slot = Math.floor(op / TELL_SLOT);
    const facts = this.#facts.get(slot) ?? {};
    const fact = op % TELL_SLOT;
    if (fact === TELL_ATTEMPT) facts.attempt = value;
    else if (fact === TELL_LIMIT) facts.timeoutMs = value;
    else facts.credit = value;
    this.#facts.set(slot, facts);
  }

  /** What was told of the call in this slot; it is forgotten here. */
  take(slot: number): CallFacts | undefined {
    if (this.#facts.size === 0) return undefined;
    const facts = this.#facts.get(slot);
    this.#facts.delete(slot);
    return facts;
  }
}
