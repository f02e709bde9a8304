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
  isOver = false;
  /** True until the one who waits has it in hand: nothing is told before. */
  #isBeingMade = true;
  #isToBeTold = false;
  /** Its places, linked by `other`. */
  place: Place | undefined = undefined;
  readonly #sink: WaitSink;
  readonly #signals: readonly AbortSignal[];
  #stop: (() => void) | undefined = undefined;
  // Set when it is over, told when the arbiter is done.
  #grant: Grant | undefined = undefined;
  #reason: unknown = undefined;

  constructor(sink: WaitSink, signals: readonly AbortSignal[]) {
    this.#sink = sink;
    this.#signals = signals;
  }

  /** Starts to listen; to be called when it has all its places. */
  listen(): void {
    if (this.#signals.length > 0 && !this.isOver) {
      const cancel = (reason: unknown): void => void this.cancel(reason);
      const stops = this.#signals.map((signal) => onAbort(signal, cancel));
      this.#stop = stops.length === 1 ? stops[0] : () => stops.forEach((stop) => void stop());
    }
    this.#isBeingMade = false;
  }

  /** The signal that has aborted, though its event may not have come to us yet. */
  aborted(): AbortSignal | undefined {
    for (const signal of this.#signals) if (signal.aborted) return signal;
    return undefined;
  }

  /** Ends the wait with a reason; nothing is charged. Returns false when it was over. */
  cancel(reason: unknown): boolean {
    if (this.isOver) return this.#isToBeTold && this.#giveBack(reason);
    for (let place = this.place; place !== undefined; place = place.other)
      place.arbiter.countCancelled(place);
    this.end(reason);
    this.letOthersLook();
    this.tell();
    return true;
  }

  /** As `cancel`, but leaves it to the caller to let the arbiters look again, and to tell. */
  end(reason: unknown): void {
    this.#reason = reason;
    this.#leave(undefined);
  }

  /** Ends the wait with a grant, made at one of its places. */
  grant(grant: Grant): void {
    this.#grant = grant;
    this.#leave(grant);
  }

  /** One of its places is gone for good; when it was the last, it is refused. */
  lose(lost: Place, reason: unknown): void {
    if (this.place === lost) this.place = lost.other;
    for (let place = this.place; place !== undefined; place = place.other)
      if (place.other === lost) place.other = lost.other;
    lost.grant.call?.giveCreditsBack(lost.grant);
    if (this.isOver || this.place !== undefined) return;
    this.end(reason);
    this.tell();
  }

  /** Lets the arbiters of its places look again, but for one: others may move up. */
  letOthersLook(except?: PlaceKeeper): void {
    for (let place = this.place; place !== undefined; place = place.other)
      if (place.arbiter !== except) place.arbiter.look();
  }

  /** Tells the one who waits. */
  tell(): void {
    if (!this.#isBeingMade) {
      this.#tellNow();
      return;
    }
    this.#isToBeTold = true;
    queueMicrotask(() => {
      this.#isToBeTold = false;
      this.#tellNow();
    });
  }

  #tellNow(): void {
    if (this.#grant !== undefined) this.#sink.granted(this.#grant);
    else this.#sink.refused(this.#reason);
  }

  /** It was granted, and nobody has heard of it. */
  #giveBack(reason: unknown): boolean {
    const grant = this.#grant;
    if (grant === undefined) return false;
    this.#grant = undefined;
    this.#reason = reason;
    grant.core.takeBack(grant);
    return true;
  }

  /** It is over. What it would have used up at places where it was not granted is free again. */
  #leave(granted: Grant | undefined): void {
    this.isOver = true;
    this.#stop?.();
    this.#stop = undefined;
    for (let place = this.place; place !== undefined; place = place.other) {
      place.arbiter.withdraw(place);
      if (place.grant !== granted) place.grant.call?.giveCreditsBack(place.grant);
    }
  }
}

/** One wait at one arbiter. */
export class Place {
  readonly arbiter: PlaceKeeper;
  readonly wait: Wait;
  readonly grant: Grant;
  /** In microseconds; Infinity for none. */
  readonly deadline: number;
  readonly arrivedAt: number;
  /** Order of arrival. */
  readonly number: number;
  /** The next place of the same wait. */
  other: Place | undefined;
  group: KeyGroup | undefined = undefined;
  before: Place | undefined = undefined;
  after: Place | undefined = undefined;
  /** Place among the deadlines; −1 for none. */
  heapIndex = -1;

  constructor(arbiter: PlaceKeeper, wait: Wait, grant: Grant, { deadline, arrivedAt, number }: PlaceFacts) {
    this.arbiter = arbiter;
    this.wait = wait;
    this.grant = grant;
    this.deadline = deadline;
    this.arrivedAt = arrivedAt;
    this.number = number;
    this.other = wait.place;
    wait.place = this;
  }
}

interface PlaceFacts {
  readonly deadline: number;
  readonly arrivedAt: number;
  readonly number: number;
}

/** Places with the same keys and priority: first come, first served. */
export interface KeyGroup {
  readonly id: string | number;
  readonly priority: number;
  readonly states: readonly LimitState[];
  first: Place | undefined;
  last: Place | undefined;
  /** When the first can be granted, as found at step `checkedAt`; 0 when not known. */
  readyAt: number;
  checkedAt: number;
}
