/** What a service allows in any interval as long as its window. */
export interface Quota {
  readonly windowSeconds: number;
  readonly requests: number;
  readonly tokens: number;
}

/** How a service counts: each request at the time when it is read, for the length of the window. */
export class QuotaWindow {
  readonly #quota: Quota;
  readonly #taken: { readonly expiresAt: number; readonly tokens: number }[] = [];
  #tokens = 0;

  constructor(quota: Quota) {
    this.#quota = quota;
  }

  /**
   * Counts a request, unless that would be too much.
   *
   * @param arrivedAt The earliest moment at which it can have come.
   * @param now The latest; all in milliseconds.
   */
  take(tokens: number, arrivedAt: number, now: number): boolean {
    for (let [oldest] = this.#taken; oldest && oldest.expiresAt <= now; [oldest] = this.#taken) {
      this.#taken.shift();
      this.#tokens -= oldest.tokens;
    }
    if (this.#taken.length + 1 > this.#quota.requests || this.#tokens + tokens > this.#quota.tokens)
      return false;
    this.#taken.push({ expiresAt: arrivedAt + this.#quota.windowSeconds * 1000, tokens });
    this.#tokens += tokens;
    return true;
  }
}
