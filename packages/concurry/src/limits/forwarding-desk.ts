import { LimitError } from "../errors/limit-error.ts";
import type { AnswerRecord, AskRecord } from "./limit-records.ts";
import type { Lease, Limits } from "./limits.ts";

/**
 * The desk of a pool inside a worker that passes its own limits on: asks further up for each request. To the arbiter all
 * of it is the outer worker's, so what an inner worker held when it died is given back here.
 */
export class ForwardingDesk {
  readonly #limits: Limits;
  readonly #send: (record: AnswerRecord) => void;
  readonly #leases = new Map<number, Lease>();
  readonly #waits = new Map<number, AbortController>();

  constructor(limits: Limits, send: (record: AnswerRecord) => void) {
    this.#limits = limits;
    this.#send = send;
  }

  receive(record: AskRecord): void {
    const [type, id] = record;
    if (type === "acquire") void this.#acquire(record);
    else if (type === "update") this.#leases.get(id)?.update(record[2]);
    else if (type === "stats") void this.#limits.stats().then((stats) => this.#send(["stats", id, stats]));
    else if (type === "cancel") this.#waits.get(id)?.abort();
    else this.#giveBack(id);
  }

  close(): void {
    for (const wait of this.#waits.values()) wait.abort();
    for (const lease of this.#leases.values()) lease.release();
    this.#leases.clear();
  }

  async #acquire([, id, amounts, timeoutMs, priority, , parent]: Extract<
    AskRecord,
    readonly ["acquire", ...unknown[]]
  >): Promise<void> {
    const wait = new AbortController();
    this.#waits.set(id, wait);
    const outer = this.#leases.get(parent) ?? this.#limits;
    try {
      const request = amounts === null ? undefined : { requested: amounts };
      const isTry = timeoutMs === -1;
      const options = {
        signal: wait.signal,
        timeoutMs: timeoutMs ?? undefined,
        priority: priority ?? undefined,
      };
      const lease = isTry
        ? await this.#limits.tryAcquire(request)
        : await outer.acquire(request ?? { requested: {} }, options);
      this.#answer(id, lease, wait.signal.aborted);
    } catch (error) {
      this.#refuse(id, error);
    } finally {
      this.#waits.delete(id);
    }
  }

  #answer(id: number, lease: Lease | null, isUnwanted: boolean): void {
    if (lease === null) {
      this.#send(["none", id]);
    } else if (isUnwanted) {
      lease.release();
    } else {
      this.#leases.set(id, lease);
      this.#send(["grant", id, 0, lease.waitedMs, lease.amounts]);
    }
  }

  #refuse(id: number, error: unknown): void {
    if (error instanceof LimitError) {
      const { code, message, key, details } = error;
      this.#send(["refuse", id, code, message, key ?? null, details]);
    } else {
      const { name, message } = error instanceof Error ? error : new Error(String(error));
      this.#send(["cancelled", id, name, message]);
    }
  }

  #giveBack(id: number): void {
    this.#leases.get(id)?.release();
    this.#leases.delete(id);
  }
}
