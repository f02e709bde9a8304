import { EventEmitter } from "eventemitter3";
import { aFunction, oneOf } from "../util/check.ts";
import type { PoolEvents } from "./pool-type.ts";

type Listener = (payload: unknown) => unknown;

/** The names of a pool's events. */
export const POOL_EVENTS: readonly (keyof PoolEvents)[] = [
  "workerStart",
  "workerReady",
  "workerExit",
  "workerRestart",
  "callStart",
  "callProgress",
  "callEnd",
  "retry",
  "limitWait",
  "resize",
  "stop",
];

/** Events by name. A listener that throws harms nobody: its error becomes a warning of the process. */
export class Events<Payloads extends object = PoolEvents> {
  readonly #emitter = new EventEmitter<Record<string, Listener>>();
  readonly #guarded = new WeakMap<Listener, Listener>();
  readonly #names: readonly string[];

  constructor(names: readonly (keyof Payloads & string)[]) {
    this.#names = names;
  }

  /** True when somebody listens; asked before a payload is built. */
  has(name: keyof Payloads & string): boolean {
    return this.#emitter.listenerCount(name) > 0;
  }

  /** Tells listeners when the pool is done with what it does: they may call it, or cancel what it has in hand. */
  emit<K extends keyof Payloads & string>(name: K, payload: Payloads[K]): void {
    queueMicrotask(() => this.#emitter.emit(name, payload));
  }

  /** @throws {RangeError} For an event that no pool has; a `TypeError` for what is no function. */
  on(name: keyof Payloads & string, listener: Listener): void {
    this.#check(name, listener);
    this.#emitter.on(name, this.#guard(listener));
  }

  once(name: keyof Payloads & string, listener: Listener): void {
    this.#check(name, listener);
    this.#emitter.once(name, this.#guard(listener));
  }

  off(name: keyof Payloads & string, listener: Listener): void {
    this.#check(name, listener);
    this.#emitter.off(name, this.#guard(listener));
  }

  #check(name: unknown, listener: unknown): void {
    oneOf("event", name, this.#names);
    aFunction("listener", listener);
  }

  #guard(listener: Listener): Listener {
    const known = this.#guarded.get(listener);
    if (known !== undefined) return known;
    const guarded: Listener = async (payload) => {
      try {
        await listener(payload);
      } catch (error) {
        process.emitWarning(error instanceof Error ? error : String(error));
      }
    };
    this.#guarded.set(listener, guarded);
    return guarded;
  }
}
