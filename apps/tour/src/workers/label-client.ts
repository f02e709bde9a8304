import { Worker } from "concurry";
import { sharedNow } from "../batch/clock.ts";
import { Connection } from "../batch/connection.ts";
import type { LabelAnswer, LabelRequest } from "./label-service.ts";

const WARM_UPS = 20;

/** Asks a service for labels. Without a pool, or with one that has no limits, all is granted. */
export class LabelClient extends Worker {
  readonly #connection: Connection;

  constructor(url: string, apiKey: string) {
    super();
    this.#connection = new Connection(url, { authorization: apiKey });
  }

  onStop(): void {
    this.#connection.close();
  }

  /**
   * Opens the connection and sends a few requests that nobody counts: what a thread does for the first time takes it
   * longer, so that the first requests would come later after their grants than the others do.
   */
  async warmUp(): Promise<void> {
    for (let count = 0; count < WARM_UPS; count += 1)
      await this.#connection.post("/echo", { text: "", maxTokens: 0 });
  }

  /**
   * The label of a text.
   *
   * @throws {StatusError} When the service has none to give.
   */
  async label(request: LabelRequest): Promise<string> {
    const askedAt = sharedNow();
    return this.limits.use({ tokens: request.maxTokens }, async (lease) => {
      // The grant itself was at the pool, and came somewhat later than this.
      const grantedAt = String(askedAt + lease.waitedMs);
      const answer = (await this.#connection.post("/labels", request, {
        "x-granted-at": grantedAt,
      })) as LabelAnswer;
      lease.update({ tokens: answer.tokens });
      return answer.label;
    });
  }
}
