import { onAbort } from "../util/abort.ts";
import type { Grant } from "./grant.ts";
import type { LimitState } from "./limit-state.ts";

/** Hears how a wait ended; exactly one of both, once, and never before `wait` has returned. Must not throw. */
export interface WaitSink {
  granted(grant: Grant): void;
  refused(reason: unknown): void;
}

/** The arbiter of a place, as the one who waits sees it. */
export interface PlaceKeeper {
  countCancelled(place: Place): void;
  /** Takes a place out; it must look again then, since others may move up. */
  withdraw(place: Place): void;
  look(): void;
}

/** One request that waits: at one place, or at several of which the first that can grants it. */
export class Wait {
  readonly places: Place[] = [];
  isOver = false;
  readonly #sink: WaitSink;
  readonly #signals: readonly AbortSignal[];
  #stops: (() => void)[] | undefined = undefined;
  // Set when it is over, told when the arbiter is done.
  #grant: Grant | undefined = undefined;
  #reason: unknown = undefined;

  constructor(sink: WaitSink, signals: readonly AbortSignal[]) {
    this.#sink = sink;
    this.#signals = signals;
  }

  /** Starts to listen; to be called when all its places are taken. */
  listen(): void {
    if (this.#signals.length === 0) return;
    this.#stops = this.#signals.map((signal) => onAbort(signal, (reason) => this.cancel(reason)));
  }

  /** The signal that has aborted, though its event may not have come to us yet. */
  aborted(): AbortSignal | undefined {
    for (const signal of this.#signals) if (signal.aborted) return signal;
    return undefined;
  }

  /** Ends the wait with a reason; nothing is charged. Returns false when it was over. */
  cancel(reason: unknown): boolean {
    if (this.isOver) return false;
    for (const place of this.places) place.arbiter.countCancelled(place);
    this.end(reason);
    this.letOthersLook();
    this.tell();
    return true;
  }

  /** As `cancel`, but leaves it to the caller to let the arbiters look again, and to tell. */
  end(reason: unknown): void {
    this.leave();
    this.#reason = reason;
    for (const place of this.places) place.grant.call?.giveCreditsBack(place.grant);
  }

  /** One of its places is gone for good; when it was the last, it is refused. */
  lose(place: Place, reason: unknown): void {
    this.places.splice(this.places.indexOf(place), 1);
    place.grant.call?.giveCreditsBack(place.grant);
    if (this.isOver || this.places.length > 0) return;
    this.end(reason);
    this.tell();
  }

  /** It is over: leaves all its places. Their arbiters have to look again. */
  leave(): void {
    this.isOver = true;
    for (const stop of this.#stops ?? []) stop();
    this.#stops = undefined;
    for (const place of this.places) place.arbiter.withdraw(place);
  }

  /** Lets the arbiters of its places look again, but for one. */
  letOthersLook(except?: PlaceKeeper): void {
    for (const place of this.places) if (place.arbiter !== except) place.arbiter.look();
  }

  /** Notes the grant that ended it; the other places' credits are free again. */
  grant(grant: Grant): void {
    this.#grant = grant;
    for (const place of this.places)
      if (place.grant !== grant) place.grant.call?.giveCreditsBack(place.grant);
  }

  /** Tells the one who waits. */
  tell(): void {
    if (this.#grant !== undefined) this.#sink.granted(this.#grant);
    else this.#sink.refused(this.#reason);
  }
}

/** One wait at one arbiter. */
export class Place {
  readonly arbiter: PlaceKeeper;
  readonly wait: Wait;
  readonly grant: Grant;
  readonly priority: number;
  /** In microseconds; Infinity for none. */
  readonly deadline: number;
  readonly arrivedAt: number;
  /** Order of arrival. */
  readonly number: number;
  group: KeyGroup | undefined = undefined;
  before: Place | undefined = undefined;
  after: Place | undefined = undefined;
  /** Place among the deadlines; −1 for none. */
  heapIndex = -1;

  constructor(arbiter: PlaceKeeper, wait: Wait, grant: Grant, facts: PlaceFacts) {
    this.arbiter = arbiter;
    this.wait = wait;
    this.grant = grant;
    this.priority = facts.priority;
    this.deadline = facts.deadline;
    this.arrivedAt = facts.arrivedAt;
    this.number = facts.number;
  }
}

interface PlaceFacts {
  readonly priority: number;
  readonly deadline: number;
  readonly arrivedAt: number;
  readonly number: number;
}

/** Places with the same keys and priority: first come, first served. */
export interface KeyGroup {
  readonly id: string;
  readonly priority: number;
  readonly states: readonly LimitState[];
  first: Place | undefined;
  last: Place | undefined;
  /** When the first can be granted, as found at step `checkedAt`; 0 when not known. */
  readyAt: number;
  checkedAt: number;
}
