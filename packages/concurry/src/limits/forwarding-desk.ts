import { LimitError } from "../errors/limit-error.ts";
import { apart } from "./apart.ts";
import type { AnswerRecord, AskRecord, RemoteSet } from "./limit-records.ts";
import type { AcquireOptions, Amounts, Lease, Limits } from "./limits.ts";

type AcquireRecord = Extract<AskRecord, readonly ["acquire", ...unknown[]]>;

/**
 * The desk of a pool inside a worker that passes its own limits on: asks further up for each request. To the arbiter all
 * of it is the outer worker's, so what an inner worker held when it died is given back here.
 */
export class ForwardingDesk {
  readonly #limits: Limits;
  readonly #sets: readonly RemoteSet[];
  readonly #send: (record: AnswerRecord) => void;
  readonly #leases = new Map<number, Lease>();
  readonly #waits = new Map<number, AbortController>();

  /** @param sets What the inner worker knows of the sets. */
  constructor(limits: Limits, sets: readonly RemoteSet[], send: (record: AnswerRecord) => void) {
    this.#limits = limits;
    this.#sets = sets;
    this.#send = send;
  }

  /** Whether the inner worker holds what it may give back. */
  get isInUse(): boolean {
    return this.#leases.size > 0;
  }

  receive(record: AskRecord): void {
    const [type, id] = record;
    if (type === "acquire") void this.#acquire(record);
    else if (type === "update") this.#update(id, record[2]);
    else if (type === "stats") void this.#limits.stats().then((stats) => this.#send(["stats", id, stats]));
    else if (type === "cancel") this.#waits.get(id)?.abort();
    else this.#giveBack(id);
  }

  close(): void {
    for (const wait of this.#waits.values()) wait.abort();
    for (const lease of this.#leases.values()) lease.release();
    this.#leases.clear();
  }

  async #acquire(record: AcquireRecord): Promise<void> {
    const id = record[1];
    const wait = new AbortController();
    this.#waits.set(id, wait);
    try {
      const lease = await apart(() => this.#ask(record, wait.signal));
      this.#answer(id, lease, wait.signal.aborted);
    } catch (error) {
      this.#refuse(id, error);
    } finally {
      this.#waits.delete(id);
    }
  }

  #ask(
    [, , amounts, timeoutMs, priority, , parent]: AcquireRecord,
    signal: AbortSignal,
  ): Promise<Lease | null> {
    const request = amounts === null ? undefined : { requested: amounts };
    if (timeoutMs === -1) return this.#limits.tryAcquire(request);
    const options: AcquireOptions = {
      signal,
      timeoutMs: timeoutMs ?? undefined,
      priority: priority ?? undefined,
    };
    const outer = this.#leases.get(parent);
    if (outer === undefined) return this.#limits.acquire(request, options);
    return outer.acquire(request ?? { requested: {} }, options);
  }

  #answer(id: number, lease: Lease | null, isUnwanted: boolean): void {
    if (lease === null) {
      this.#send(["none", id]);
    } else if (isUnwanted) {
      lease.release();
    } else {
      this.#leases.set(id, lease);
      const { config, waitedMs, amounts } = lease;
      const set = this.#sets.findIndex((one) => one.config === config);
      this.#send(["grant", id, Math.max(0, set), waitedMs, amounts]);
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

  #update(id: number, usage: Amounts): void {
    try {
      this.#leases.get(id)?.update(usage);
    } catch {
      // The inner worker has checked it; what it could not know changes nothing for it.
    }
  }

  #giveBack(id: number): void {
    this.#leases.get(id)?.release();
    this.#leases.delete(id);
  }
}
