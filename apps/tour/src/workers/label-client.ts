import { Worker } from "concurry";
import { StatusError } from "../batch/status-error.ts";
import type { LabelAnswer, LabelRequest } from "./label-service.ts";

/** Asks a service for labels. Without a pool, or with one that has no limits, all is granted. */
export class LabelClient extends Worker {
  readonly #url: string;
  readonly #apiKey: string;
  readonly #connections: number;

  constructor(url: string, apiKey: string, connections = 1) {
    super();
    this.#url = url;
    this.#apiKey = apiKey;
    this.#connections = connections;
  }

  /** Opens the connections: a request that has to wait for one would come later than it was granted. */
  async onStart(): Promise<void> {
    const head = async () => (await fetch(this.#url, { method: "HEAD" })).arrayBuffer();
    await Promise.all(Array.from({ length: this.#connections }, head));
  }

  /**
   * The label of a text.
   *
   * @throws {StatusError} When the service has none to give.
   */
  async label(request: LabelRequest): Promise<string> {
    return this.limits.use({ tokens: request.maxTokens }, async (lease) => {
      const answer = await this.#ask(request);
      lease.update({ tokens: answer.tokens });
      return answer.label;
    });
  }

  async #ask(request: LabelRequest): Promise<LabelAnswer> {
    const response = await fetch(this.#url, {
      method: "POST",
      headers: { authorization: this.#apiKey },
      body: JSON.stringify(request),
    });
    if (response.ok) return (await response.json()) as LabelAnswer;
    await response.arrayBuffer();
    throw new StatusError(response.status);
  }
}
