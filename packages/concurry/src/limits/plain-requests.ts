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
  readonly #byKey: ReadonlyMap<string, LimitState>;

  constructor(core: GrantCore, arbiter: Arbiter, byKey: ReadonlyMap<string, LimitState>) {
    this.#core = core;
    this.#arbiter = arbiter;
    this.#byKey = byKey;
  }

  /** Takes what the request names; `undefined` when it must go the long way, and nothing was taken. */
  take(request: object): Grant | undefined {
    if (this.#arbiter.waiting > 0) return undefined;
    const grant = new Grant(this.#core, undefined, undefined, undefined, false);
    for (const key in request) {
      const state = this.#byKey.get(key);
      const amount: unknown = (request as Readonly<Record<string, unknown>>)[key];
      if (state === undefined || !state.isPlain(amount)) return undefined;
      grant.add(state, state.counted(amount), 0);
    }
    return grant.first !== undefined && this.#arbiter.takePlain(grant) ? grant : undefined;
  }
}
