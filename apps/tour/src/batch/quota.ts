/** What a service allows in any interval as long as its window. */
export interface Quota {
  readonly windowSeconds: number;
  readonly requests: number;
  readonly tokens: number;
}

/** How a service counts: each request from its arrival on, for the length of the window. */
export class QuotaWindow {
  readonly #quota: Quota;
  readonly #taken: { readonly expiresAt: number; readonly tokens: number }[] = [];
  #tokens = 0;

  constructor(quota: Quota) {
    this.#quota = quota;
  }

  /** Counts a request that arrives now, in milliseconds, unless that would be too much. */
  take(tokens: number, now: number): boolean {
    while (this.#taken[0] !== undefined && this.#taken[0].expiresAt <= now)
      this.#tokens -= this.#taken.shift()?.tokens ?? 0;
    const { requests, tokens: capacity, windowSeconds } = this.#quota;
    if (this.#taken.length + 1 > requests || this.#tokens + tokens > capacity) return false;
    this.#taken.push({ expiresAt: now + windowSeconds * 1000, tokens });
    this.#tokens += tokens;
    return true;
  }
}
