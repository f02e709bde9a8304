/** What a service allows in any interval as long as its window. */
export interface Quota {
  readonly windowSeconds: number;
  readonly requests: number;
  readonly tokens: number;
}

/** How a service counts: each request from the time when it was sent, for the length of the window. */
export class QuotaWindow {
  readonly #quota: Quota;
  #taken: readonly { readonly expiresAt: number; readonly tokens: number }[] = [];

  constructor(quota: Quota) {
    this.#quota = quota;
  }

  /**
   * Counts a request, unless that would be too much.
   *
   * @param sentAt When it was sent; requests may be read in another order. All in milliseconds.
   */
  take(tokens: number, sentAt: number, now: number): boolean {
    this.#taken = this.#taken.filter(({ expiresAt }) => expiresAt > now);
    const used = this.#taken.reduce((sum, request) => sum + request.tokens, 0);
    if (this.#taken.length + 1 > this.#quota.requests || used + tokens > this.#quota.tokens) return false;
    this.#taken = [...this.#taken, { expiresAt: sentAt + this.#quota.windowSeconds * 1000, tokens }];
    return true;
  }
}
