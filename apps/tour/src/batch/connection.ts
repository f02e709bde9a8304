import { once } from "node:events";
import { Agent, type IncomingMessage, request } from "node:http";
import { json } from "node:stream/consumers";
import { StatusError } from "./status-error.ts";

const STATUS_OK = 200;

/** One connection to a service, kept open from request to request. */
export class Connection {
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });

  constructor(url: string, headers: Readonly<Record<string, string>>) {
    this.#url = url;
    this.#headers = headers;
  }

  /**
   * Sends a value, and gives the one that is answered.
   *
   * @throws {StatusError} When the service answers with none.
   */
  async post(path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<unknown> {
    const sent = request(new URL(path, this.#url), {
      method: "POST",
      agent: this.#agent,
      headers: { ...this.#headers, ...headers },
    });
    const [response]: IncomingMessage[] = await once(sent.end(JSON.stringify(body)), "response");
    if (response?.statusCode === STATUS_OK) return json(response);
    response?.resume();
    throw new StatusError(response?.statusCode ?? 0);
  }

  close(): void {
    this.#agent.destroy();
  }
}
