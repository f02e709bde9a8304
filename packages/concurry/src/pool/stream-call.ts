import { rejectDecoded } from "../future/future.ts";
import type { Answer } from "../future/item-buffer.ts";
import { ItemBuffer } from "../future/item-buffer.ts";
import { RemoteFailure } from "../future/remote-failure.ts";
import type { StreamOwner } from "../future/stream.ts";
import { REPLY_ITEM, STREAM } from "../protocol/frame.ts";
import { type Deferred, deferred } from "../util/deferred.ts";
import { CANCELLED, Call, type CallOwner, type CallState } from "./call.ts";
import type { KeepAlive } from "./keep-alive.ts";
import { readValue } from "./outcome.ts";

/** What a stream asks of its pool. */
export interface StreamPool extends CallOwner {
  readonly keepAlive: KeepAlive;
  readonly attempts: { leave(call: StreamCall): void };
}

/** A call whose method is a generator: it gives many items before it is done. */
export class StreamCall extends Call implements StreamOwner {
  /** Items that its worker may be ahead. */
  readonly highWaterMark: number;
  /** True once items have come, or are unwanted: it can't be tried again. */
  isUnderWay = false;
  /** Runs while a generator whose consumer has left may take its time. */
  giveUpTimer: NodeJS.Timeout | undefined;
  readonly #items: ItemBuffer = new ItemBuffer(() => this.#taken());
  /** Undefined for settled calls, which must not keep their pool. */
  #pool: StreamPool | undefined;
  /** Items that were taken and whose places the worker doesn't know to be free. */
  #freed = 0;
  /** Whether it keeps the process alive: only while somebody waits for it, since it may have been forgotten. */
  #isHeld = true;
  #left: Deferred | undefined;

  constructor(pool: StreamPool, number: number, methodIndex: number, highWaterMark: number) {
    super(pool, number, methodIndex);
    this.#pool = pool;
    this.highWaterMark = highWaterMark;
    this.op = STREAM;
    // An error is kept until somebody asks for an item.
    this.observed = true;
    this.resolve = (value) => this.#end(value);
  }

  get isLeft(): boolean {
    return this.#left !== undefined;
  }

  /** One item has come. */
  receive(code: number, value: unknown): void {
    this.isUnderWay = true;
    if (this.#left !== undefined) return;
    this.#items.push(readValue(code, value));
    this.#holdIfAsked();
  }

  next(keeper: object): Promise<Answer> {
    const answer = this.#items.next(keeper);
    this.#holdIfAsked();
    return answer;
  }

  leave(): Promise<void> {
    if (this.#left === undefined) {
      this.#left = deferred();
      this.isUnderWay = true;
      this.#items.drop();
      this.#items.end({ value: undefined });
      if (this.isSettled) this.#left.resolve();
      else this.#pool?.attempts.leave(this);
      this.#holdIfAsked();
    }
    return this.#left.promise;
  }

  override fail(failure: unknown): void {
    if (this.state === CANCELLED) this.#items.drop();
    this.#items.end({ failure });
    if (this.#left === undefined) return;
    // Left and cancelled comes to the same.
    if (this.state === CANCELLED) this.#left.resolve();
    else if (failure instanceof RemoteFailure) rejectDecoded(this.#left.resolve, failure, () => {});
    else this.#left.reject(failure);
  }

  override settle(state: CallState): void {
    super.settle(state);
    clearTimeout(this.giveUpTimer);
    // What was held when the call was entered is released once, by whoever settles it.
    if (!this.#isHeld) this.#pool?.keepAlive.hold();
    this.#pool = undefined;
  }

  #end(value: unknown): void {
    this.#items.end({ value });
    this.#left?.resolve();
  }

  /** Tells the worker of free places, in steps of half of what it may be ahead. */
  #taken(): void {
    this.#freed += 1;
    if (this.#freed < this.highWaterMark / 2) return;
    if (!this.isSettled) this.live?.grant(this, this.#freed);
    this.#freed = 0;
  }

  #holdIfAsked(): void {
    const isWanted = this.#items.isAsked || this.#left !== undefined;
    if (isWanted === this.#isHeld || this.#pool === undefined) return;
    this.#isHeld = isWanted;
    if (isWanted) this.#pool.keepAlive.hold();
    else this.#pool.keepAlive.release();
  }
}

/** True for the failure of a stream that was ahead of a consumer who has left: he would not have got so far. */
export function isAhead(call: Call, code: number): boolean {
  return call instanceof StreamCall && call.isLeft && !(code & REPLY_ITEM);
}

/** An item has come for the call in a slot. One that was cancelled has a stand-in there. */
export function receiveItem(call: Call | undefined, code: number, value: unknown): void {
  if (call instanceof StreamCall) call.receive(code, value);
}
