import type { Arbiter } from "./arbiter.ts";
import { Grant, type GrantCore } from "./grant.ts";
import type { LimitState } from "./limit-state.ts";

/**
 * The short way of a set: requests of plain code that are nothing but amounts, and that can be granted at once.
 *
 * Whatever is unusual about a request goes the long way, which knows all there is to know and says what is wrong.
 */
export class PlainRequests {
  readonly #core: GrantCore;
  readonly #arbiter: Arbiter;
  readonly #states: readonly LimitState[];

  constructor(core: GrantCore, arbiter: Arbiter, states: readonly LimitState[]) {
    this.#core = core;
    this.#arbiter = arbiter;
    this.#states = states;
  }

  /** Takes what the request names; `undefined` when it must go the long way, and nothing was taken. */
  take(request: object): Grant | undefined {
    if (this.#arbiter.waiting > 0) return undefined;
    const grant = new Grant(this.#core, undefined, undefined, undefined, false);
    for (const key in request) {
      const state = this.#find(key);
      const amount: unknown = (request as Readonly<Record<string, unknown>>)[key];
      if (state === undefined || !state.isPlain(amount)) return undefined;
      grant.add(state, state.counted(amount), 0);
    }
    return grant.first !== undefined && this.#arbiter.takePlain(grant) ? grant : undefined;
  }

  // Few as they are, they are found sooner so than in a map.
  #find(key: string): LimitState | undefined {
    const states = this.#states;
    for (let index = 0; index < states.length; index++)
      if (states[index]?.rule.key === key) return states[index];
    return undefined;
  }
}
