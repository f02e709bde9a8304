import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { Worker } from "concurry";
import { sharedNow } from "../batch/clock.ts";
import { labelOf } from "../batch/label-of.ts";
import { type Quota, QuotaWindow } from "../batch/quota.ts";
import { seededRandom } from "../batch/seeded-random.ts";
import { RequestCounter, type ServiceCounts } from "../batch/service-counts.ts";

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

/** An HTTP service on the loopback interface, slow and now and then failing as real ones are; it enforces its quota. */
export class LabelService extends Worker {
  readonly #quota: Quota;
  readonly #random: () => number;
  readonly #accounts = new Map<string, Account>();
  readonly #server: Server = createServer((request, response) => void this.#answer(request, response));

  constructor(quota: Quota, seed: number) {
    super();
    this.#quota = quota;
    this.#random = seededRandom(seed);
  }

  async onStart(): Promise<void> {
    // A connection lasts as long as its client wants.
    this.#server.keepAliveTimeout = 0;
    await once(this.#server.listen(0, "127.0.0.1"), "listening");
  }

  onStop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  counts(apiKey: string): ServiceCounts {
    return this.#account(apiKey).counter.counts();
  }

  #account(apiKey: string): Account {
    const account = this.#accounts.get(apiKey) ?? {
      window: new QuotaWindow(this.#quota),
      counter: new RequestCounter(),
    };
    this.#accounts.set(apiKey, account);
    return account;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url === "/echo") {
      request.pipe(response);
      return;
    }
    const { window, counter } = this.#account(request.headers.authorization ?? "");
    const { text, maxTokens } = (await json(request)) as LabelRequest;
    const now = sharedNow();
    counter.came(now - Number(request.headers["x-granted-at"]));
    const tokens = Math.ceil(maxTokens * this.#between(LEAST_USED_SHARE, 1));
    if (!window.take(tokens, now)) {
      counter.refused += 1;
      response.writeHead(TOO_MANY_REQUESTS).end();
      return;
    }
    counter.tokens += tokens;
    const isFailing = this.#random() < FAILING_SHARE;
    setTimeout(
      () => {
        counter[isFailing ? "failed" : "answered"] += 1;
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

interface Account {
  readonly window: QuotaWindow;
  readonly counter: RequestCounter;
}
