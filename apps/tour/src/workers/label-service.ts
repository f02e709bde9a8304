import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { Worker } from "concurry";
import { labelOf } from "../batch/label-of.ts";
import { LoopClock } from "../batch/loop-clock.ts";
import { type Quota, QuotaWindow } from "../batch/quota.ts";
import { seededRandom } from "../batch/seeded-random.ts";

const LEAST_LATENCY_MS = 20;
const MOST_LATENCY_MS = 100;
const FAILING_SHARE = 0.02;
const LEAST_USED_SHARE = 0.6;
const TOO_MANY_REQUESTS = 429;
const UNAVAILABLE = 503;

/** What a client asks. */
export interface LabelRequest {
  readonly text: string;
  /** Tokens that the answer may cost. */
  readonly maxTokens: number;
}

/** What it gets. */
export interface LabelAnswer {
  readonly label: string;
  /** Tokens that the answer did cost. */
  readonly tokens: number;
}

/** What the service has seen of one API key. */
export interface ServiceCounts {
  readonly answered: number;
  /** Requests that it failed at (503). They count against the quota. */
  readonly failed: number;
  /** Requests above the quota (429). */
  readonly refused: number;
  /** Tokens of all requests within the quota. */
  readonly tokens: number;
}

/** An HTTP service on the loopback interface, slow and now and then failing as real ones are; it enforces its quota. */
export class LabelService extends Worker {
  readonly #quota: Quota;
  readonly #random: () => number;
  readonly #clock = new LoopClock();
  readonly #accounts = new Map<string, { window: QuotaWindow; counts: Mutable<ServiceCounts> }>();
  readonly #server: Server = createServer((request, response) => void this.#answer(request, response));

  constructor(quota: Quota, seed: number) {
    super();
    this.#quota = quota;
    this.#random = seededRandom(seed);
  }

  async onStart(): Promise<void> {
    await once(this.#server.listen(0, "127.0.0.1"), "listening");
  }

  onStop(): void {
    this.#clock.close();
    this.#server.close();
    this.#server.closeAllConnections();
  }

  url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  counts(apiKey: string): ServiceCounts {
    return this.#account(apiKey).counts;
  }

  #account(apiKey: string): { window: QuotaWindow; counts: Mutable<ServiceCounts> } {
    const account = this.#accounts.get(apiKey) ?? {
      window: new QuotaWindow(this.#quota),
      counts: { answered: 0, failed: 0, refused: 0, tokens: 0 },
    };
    this.#accounts.set(apiKey, account);
    return account;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === "HEAD") {
      response.end();
      return;
    }
    const arrivedAt = this.#clock.earliest(performance.now());
    const { window, counts } = this.#account(request.headers.authorization ?? "");
    const { text, maxTokens } = (await json(request)) as LabelRequest;
    const tokens = Math.ceil(maxTokens * this.#between(LEAST_USED_SHARE, 1));
    if (!window.take(tokens, arrivedAt, performance.now())) {
      counts.refused += 1;
      response.writeHead(TOO_MANY_REQUESTS).end();
      return;
    }
    counts.tokens += tokens;
    const isFailing = this.#random() < FAILING_SHARE;
    setTimeout(
      () => {
        counts[isFailing ? "failed" : "answered"] += 1;
        if (isFailing) response.writeHead(UNAVAILABLE).end();
        else response.end(JSON.stringify({ label: labelOf(text), tokens } satisfies LabelAnswer));
      },
      this.#between(LEAST_LATENCY_MS, MOST_LATENCY_MS),
    );
  }

  #between(least: number, most: number): number {
    return least + this.#random() * (most - least);
  }
}

type Mutable<T> = { -readonly [Name in keyof T]: T[Name] };
