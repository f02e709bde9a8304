import type { Call } from "./call.ts";
import { CallRing } from "./call-ring.ts";

interface Level {
  readonly priority: number;
  readonly calls: CallRing;
}

/** Calls that wait: those of a higher priority first, in order inside one. */
export class CallQueue {
  /** Most calls have no priority: they go straight to theirs. */
  readonly #normal: CallRing = new CallRing();
  readonly #levels: Level[] = [{ priority: 0, calls: this.#normal }];

  get size(): number {
    let size = 0;
    for (const { calls } of this.#levels) size += calls.size;
    return size;
  }

  push(call: Call): void {
    const calls = call.priority === 0 ? this.#normal : this.#levelOf(call.priority).calls;
    calls.push(call);
    call.queue = this;
  }

  /** The call that is next; it stays. */
  peek(): Call | undefined {
    if (this.#levels.length === 1) return this.#normal.peek();
    return this.#first()?.calls.peek();
  }

  shift(): Call | undefined {
    const level = this.#levels.length === 1 ? undefined : this.#first();
    const call = (level?.calls ?? this.#normal).shift();
    if (level !== undefined && level.calls.size === 0) this.#close(level);
    if (call !== undefined) call.queue = undefined;
    return call;
  }

  /** Tells that this call, which is in here, is about to be cancelled. */
  forget(call: Call): void {
    call.queue = undefined;
    const level = this.#levels.find(({ priority }) => priority === call.priority);
    level?.calls.forget();
    if (level !== undefined && level.calls.size === 0) this.#close(level);
  }

  /** The calls that wait, in order; they stay. */
  list(): Call[] {
    return this.#levels.flatMap(({ calls }) => calls.list());
  }

  /** Empties the queue. */
  takeAll(): Call[] {
    const calls = this.#levels.flatMap((level) => level.calls.takeAll());
    for (const call of calls) call.queue = undefined;
    this.#levels.splice(0, this.#levels.length, { priority: 0, calls: this.#normal });
    return calls;
  }

  #first(): Level | undefined {
    return this.#levels.find(({ calls }) => calls.size > 0);
  }

  #levelOf(priority: number): Level {
    const at = this.#levels.findIndex((level) => level.priority <= priority);
    const found = this.#levels[at];
    if (found?.priority === priority) return found;
    const level = { priority, calls: new CallRing() };
    this.#levels.splice(at === -1 ? this.#levels.length : at, 0, level);
    return level;
  }

  /** An empty level is given up, so that ever new priorities don't pile up. */
  #close(level: Level): void {
    if (level.calls !== this.#normal) this.#levels.splice(this.#levels.indexOf(level), 1);
  }
}
