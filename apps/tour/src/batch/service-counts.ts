/** What a service has seen of one API key. */
export interface ServiceCounts {
  readonly answered: number;
  /** Requests that it failed at (503). They count against the quota. */
  readonly failed: number;
  /** Requests above the quota (429). */
  readonly refused: number;
  /** Tokens of all requests within the quota. */
  readonly tokens: number;
  /** Milliseconds from the grant of a request to its arrival: of one in the middle, and of the latest. */
  readonly delayMs: { readonly median: number; readonly most: number };
}

/** Counts the requests of one API key. */
export class RequestCounter {
  answered = 0;
  failed = 0;
  refused = 0;
  tokens = 0;
  readonly #delays: number[] = [];

  /** A request came so many milliseconds after its client was granted it. */
  came(delayMs: number): void {
    this.#delays.push(delayMs);
  }

  counts(): ServiceCounts {
    const delays = this.#delays.toSorted((one, other) => one - other);
    const { answered, failed, refused, tokens } = this;
    const delayMs = { median: delays[delays.length >> 1] ?? 0, most: delays.at(-1) ?? 0 };
    return { answered, failed, refused, tokens, delayMs };
  }
}
