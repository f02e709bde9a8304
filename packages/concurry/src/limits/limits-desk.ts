import { LimitError } from "../errors/limit-error.ts";
import type { Ask, LimitTarget } from "./ask.ts";
import type { CallCharge } from "./call-charge.ts";
import type { Grant, OwnerId } from "./grant.ts";
import type { AnswerRecord, AskRecord } from "./limit-records.ts";
import type { LimitStats } from "./limits.ts";
import type { SetCore } from "./set-core.ts";
import type { Wait } from "./wait.ts";

/** What a desk is told of a call that a worker names. */
export interface DeskCall {
  readonly charge: CallCharge;
  readonly priority: number;
}

/** Which attempt of which call asks, and its place among those that its worker has. */
export interface CallPlace {
  readonly callId: number;
  readonly attempt: number;
  readonly slot: number;
}

/** What a desk works for. */
export interface DeskParts {
  readonly target: LimitTarget;
  /** The worker's incarnation. */
  readonly owner: OwnerId;
  /** The sets in the order in which the worker knows them. */
  readonly sets: readonly SetCore[];
  /** @throws When that call gets no more. */
  callOf(place: CallPlace): DeskCall | undefined;
  stats(): Readonly<Record<string, LimitStats>>;
  send(record: AnswerRecord): void;
  /** Somebody who waited was granted. */
  onWaited(call: CallCharge, grant: Grant): void;
}

/** The arbiter's end for one worker of a thread or process: takes what it asks for, and tells it. */
export class LimitsDesk {
  readonly #parts: DeskParts;
  readonly #grants = new Map<number, Grant>();
  readonly #waits = new Map<number, Wait>();

  constructor(parts: DeskParts) {
    this.#parts = parts;
  }

  /** Whether the worker holds what it may give back. */
  get isInUse(): boolean {
    return this.#grants.size > 0;
  }

  receive(record: AskRecord): void {
    const [type, id] = record;
    if (type === "acquire") this.#acquire(record);
    else if (type === "update") this.#update(id, record[2]);
    else if (type === "stats") this.#parts.send(["stats", id, this.#parts.stats()]);
    else if (type === "cancel") this.#cancel(id);
    else this.#giveBack(type, id);
  }

  /** The worker is gone: what it held comes back, what it waited for is forgotten. */
  close(): void {
    this.#waits.clear();
    this.#grants.clear();
    this.#parts.target.ownerGone(this.#parts.owner);
  }

  #acquire(record: Extract<AskRecord, readonly ["acquire", ...unknown[]]>): void {
    const [, id, , timeoutMs] = record;
    try {
      const ask = this.#askOf(record);
      // Inside a lease it is the set of that lease that grants.
      const target = (ask.parent?.core as SetCore | undefined) ?? this.#parts.target;
      const grant = target.take(ask);
      if (grant !== undefined) this.#grant(id, grant, record[7]);
      else if (timeoutMs === -1) this.#parts.send(["none", id]);
      else this.#wait(id, target.wait.bind(target), ask, record[7]);
    } catch (error) {
      this.#refuse(id, error);
    }
  }

  #askOf([, , amounts, timeoutMs, priority, callId, parent, , attempt, slot]: Extract<
    AskRecord,
    readonly ["acquire", ...unknown[]]
  >): Ask {
    const call = this.#parts.callOf({ callId, attempt, slot });
    return {
      amounts: amounts ?? undefined,
      call: call?.charge,
      isCallCharge: false,
      owner: this.#parts.owner,
      parent: parent === 0 ? undefined : this.#grants.get(parent),
      priority: priority ?? call?.priority ?? 0,
      timeoutMs: timeoutMs ?? undefined,
      signals: [],
      chosen: undefined,
      prepared: undefined,
    };
  }

  #wait(id: number, wait: LimitTarget["wait"], ask: Ask, label: string): void {
    const waiting = wait(ask, {
      granted: (grant) => {
        this.#waits.delete(id);
        this.#grant(id, grant, label);
        if (ask.call !== undefined) this.#parts.onWaited(ask.call, grant);
      },
      refused: (reason) => {
        this.#waits.delete(id);
        this.#refuse(id, reason);
      },
    });
    this.#waits.set(id, waiting);
  }

  #grant(id: number, grant: Grant, label: string): void {
    grant.label = label;
    this.#grants.set(id, grant);
    const set = this.#parts.sets.indexOf(grant.core as SetCore);
    this.#parts.send(["grant", id, set, grant.waitedMs, grant.amounts()]);
  }

  #refuse(id: number, error: unknown): void {
    if (error instanceof LimitError) {
      const { code, message, key, details } = error;
      this.#parts.send(["refuse", id, code, message, key ?? null, details]);
    } else {
      const { name, message } = error instanceof Error ? error : new Error(String(error));
      this.#parts.send(["cancelled", id, name, message]);
    }
  }

  #update(id: number, usage: Readonly<Record<string, number>>): void {
    const grant = this.#grants.get(id);
    if (grant === undefined || grant.isReleased) return;
    try {
      grant.core.update(grant, usage);
    } catch {
      // The worker has checked it; what it could not know (a set closed meanwhile) changes nothing for it.
    }
  }

  #cancel(id: number): void {
    const wait = this.#waits.get(id);
    this.#waits.delete(id);
    wait?.cancel(new LimitError("LIMIT_OWNER_LOST", "Nobody waits for it any more"));
  }

  #giveBack(type: "release" | "return" | "leak", id: number): void {
    const grant = this.#grants.get(id);
    this.#grants.delete(id);
    if (grant === undefined) return;
    if (type === "return") (grant.core as SetCore).takeBack(grant);
    else if (type === "leak") grant.leak();
    else grant.core.release(grant);
  }
}
