import { hasStarted, markSent, takeBack } from "../protocol/claims.ts";
import type { Connection, Frame, WorkerExit } from "../protocol/connection.ts";
import { creditFrame } from "../protocol/credit.ts";
import { ALONE } from "../protocol/encode.ts";
import {
  CLAIM_SLOTS,
  type DyingMessage,
  type FailedMessage,
  FREE_SLOTS,
  type HostSpec,
  JSON_TEXT,
  RECORD_BEGIN,
  RECORD_HEAP,
  RECORD_LOOP,
  REPLY_ITEM,
  type ReadyMessage,
  WORK_CALLS,
} from "../protocol/frame.ts";
import { createOutbox, type Outbox } from "../protocol/outbox.ts";
import { renewTick, tickNow } from "../util/clock.ts";
import type { Call } from "./call.ts";
import { takeBackFacts, tellFacts } from "./call-notes.ts";
import { LoopShare } from "./loop-share.ts";
import { Slots } from "./slots.ts";
import { receiveItem } from "./stream-call.ts";

const MOST_PER_MESSAGE = 128; // So that the worker starts while the caller still makes calls.

/** What a started worker tells the one who started it. */
export interface LiveWorkerListener {
  onReady(via: string): void;
  onFailed(message: FailedMessage): void;
  onDying(message: DyingMessage): void;
  onControl(body: unknown): void;
  /** One message with replies has come, and none of them was read yet. */
  onReplies(): void;
  /** A call has come back. It may have been cancelled meanwhile. */
  onReply(call: Call, code: number, value: unknown): void;
  onWork(methodIndex: number, calls: number, busyMs: number): void;
  /** The worker has told how large its heap is. */
  onHeap(): void;
  /** All of one message was read: there may be room now. */
  onRoom(): void;
  onExit(exit: WorkerExit): void;
}

/** One started thread or process (or the caller's own): sends calls, hears replies, knows what is in flight. */
export class LiveWorker {
  readonly connection: Connection;
  readonly slots: Slots;
  readonly #listener: LiveWorkerListener;
  readonly #outbox: Outbox;
  /** The time limit that the worker takes for granted. */
  readonly #timeoutMs: number;
  readonly #factor: number;
  /** In the caller's own realm a call that left at once would run in the caller's turn. */
  readonly #leavesAlone: boolean;
  #isLone = true;
  #isScheduled = false;
  #begun = 0;
  /** When the worker last sent something, or was given work while it had none. */
  heardAt = 0;
  heapUsedBytes = 0;
  readonly #loop = new LoopShare(performance.now());

  constructor(connection: Connection, timeoutMs: number, listener: LiveWorkerListener) {
    this.#timeoutMs = timeoutMs;
    this.connection = connection;
    this.#listener = listener;
    this.#outbox = createOutbox(connection);
    this.#factor = connection.info.claims === undefined ? FREE_SLOTS : CLAIM_SLOTS;
    this.#leavesAlone = connection.info.wire !== "reference";
    this.slots = new Slots(this.#factor);
    connection.onFrame((frame) => this.#receive(frame));
    connection.onDrain(() => {
      this.#outbox.isOpen = true;
      listener.onRoom();
    });
    connection.onExit((exit) => listener.onExit(exit));
  }

  /** Its process or thread. */
  get identity(): { readonly pid?: number; readonly threadId?: number } {
    const { pid, threadId } = this.connection.info;
    return { ...(pid !== undefined && { pid }), ...(threadId !== undefined && { threadId }) };
  }

  /** Hands the worker what it needs to start; the first message of all. */
  start(spec: Omit<HostSpec, "slots">): void {
    const body = { type: "start", spec: { ...spec, slots: this.#factor } };
    this.connection.post({ lane: "call", body, form: "value" });
  }

  get isOpen(): boolean {
    return this.#outbox.isOpen && !this.slots.isFull;
  }

  /** @throws {DOMException} `DataCloneError`; the call isn't in flight then. */
  send(call: Call): void {
    const { claims, isImmediate, wire } = this.connection.info;
    const outbox = this.#outbox;
    if (this.slots.count === 0) this.heardAt = tickNow();
    this.slots.take(call);
    tellFacts(outbox, call, this.#timeoutMs);
    if (claims !== undefined) markSent(claims, call.slot, call.number);
    try {
      outbox.put(call.number * this.#factor + call.slot, call.op, call.travel, call.payload, call.transfer);
    } catch (error) {
      takeBackFacts(outbox, call, this.#timeoutMs);
      this.slots.free(call.slot);
      throw error;
    }
    // Asked afterwards: entries of different kinds don't share a message, so this one may have sent those before it.
    call.message = call.travel === ALONE ? outbox.message - 1 : outbox.message;
    call.isGivenAway = call.transfer !== undefined && wire === "clone";
    if (call.travel === ALONE) return;
    if (isImmediate) outbox.flush();
    else this.#flushInTime();
  }

  /** Lets a stream make so many items more: at once, past the calls that wait to be sent. */
  grant(call: Call, items: number): void {
    this.connection.post(creditFrame(this.connection.info.wire, this.idOf(call), items));
  }

  /** A lone call leaves at once; where calls come in company they leave together, at the end of the turn. */
  #flushInTime(): void {
    const { size } = this.#outbox;
    const isLone = size === 1 && this.slots.count === 1 && this.#isLone && this.#leavesAlone;
    if (size >= MOST_PER_MESSAGE || isLone) this.#flush();
    else if (!this.#isScheduled) {
      this.#isScheduled = true;
      process.nextTick(() => {
        this.#isScheduled = false;
        this.#flush();
      });
    }
  }

  #flush(): void {
    this.#isLone = this.#outbox.size <= 1;
    this.#outbox.flush();
  }

  idOf(call: Call): number {
    return call.number * this.#factor + call.slot;
  }

  /** True where a call that was sent can be taken back for sure. */
  get canTakeBack(): boolean {
    return this.connection.info.claims !== undefined;
  }

  /** Takes back a call that hasn't started; false when that can't be known or done at once. */
  takeBack(call: Call): boolean {
    const { claims } = this.connection.info;
    if (claims === undefined || !takeBack(claims, call.slot, call.number)) return false;
    this.slots.free(call.slot);
    return true;
  }

  /** True once the call's method runs, as far as can be seen from here. */
  hasStarted(call: Call): boolean {
    const { claims, wire } = this.connection.info;
    if (claims !== undefined) return hasStarted(claims, call.slot, call.number);
    return wire === "reference" || call.message <= this.#begun;
  }

  /** The calls whose methods run now, as far as can be seen from here. */
  running(concurrency: number): Call[] {
    const begun = this.slots.list().filter((call) => this.hasStarted(call));
    if (!this.canTakeBack) return begun.slice(0, concurrency);
    // Shared memory tells of each call. Of an actor those before the last one are done: only their replies aren't here.
    return concurrency === 1 ? begun.slice(-1) : begun;
  }

  /**
   * The calls that may have begun. A process says of a message only that it has begun it; but before one with a time
   * limit it sends what is done, so of an actor such a call can't have begun while one before it has no reply.
   */
  begun(concurrency: number): ReadonlySet<Call> {
    const tellsOfLimited = concurrency === 1 && !this.canTakeBack;
    const calls = this.slots.list().filter((call, place) => {
      return this.hasStarted(call) && !(tellsOfLimited && place > 0 && call.timeoutMs > 0);
    });
    return new Set(calls);
  }

  /** Takes the outcome of a call that ran without messages. */
  takeOutcome(slot: number, code: number, value: unknown): void {
    this.heardAt = renewTick();
    this.#readOutcome(this.slots.free(slot), code, value);
    this.#listener.onRoom();
  }

  #receive(frame: Frame): void {
    const { body } = frame;
    if (frame.lane === "control") this.#listener.onControl(body);
    else if (Array.isArray(body) || body instanceof Float64Array) this.#read(body);
    else this.#hear(body as ReadyMessage | FailedMessage | DyingMessage);
  }

  #hear(message: ReadyMessage | FailedMessage | DyingMessage): void {
    if (message.type === "ready") this.#listener.onReady(message.via);
    else if (message.type === "failed") this.#listener.onFailed(message);
    else this.#listener.onDying(message);
  }

  #read(body: ArrayLike<unknown>): void {
    this.heardAt = this.connection.info.isImmediate ? renewTick() : tickNow();
    this.#listener.onReplies();
    for (let index = 0; index < body.length; index += 3) {
      const head = body[index] as number;
      const code = body[index + 1] as number;
      // An integer again, whatever array it came in: the slots of a call, and of the list of free ones, are to stay integers.
      const slot = (head - 1) | 0;
      if (head === 0) this.#readRecord(code, body[index + 2] as number);
      else if ((code & ~JSON_TEXT) === REPLY_ITEM) receiveItem(this.slots.at(slot), code, body[index + 2]);
      else this.#readOutcome(this.slots.free(slot), code, body[index + 2]);
    }
    this.#listener.onRoom();
  }

  #readOutcome(call: Call | undefined, code: number, value: unknown): void {
    if (call !== undefined) this.#listener.onReply(call, code, value);
  }

  #readRecord(code: number, value: number): void {
    if (code >= 0) this.#listener.onWork(code % WORK_CALLS, Math.floor(code / WORK_CALLS), value);
    else if (code === RECORD_BEGIN) this.#begun = Math.max(this.#begun, value);
    else if (code === RECORD_HEAP) this.#grownTo(value);
    else if (code === RECORD_LOOP) this.#loop.tell(value, this.heardAt);
  }

  /** Share of its time that its event loop was active. @param restingSince When it had nothing to do any more, if so. */
  loopUtilization(now: number, restingSince: number | undefined): number {
    const isCallers = this.connection.info.wire === "reference";
    return isCallers ? performance.eventLoopUtilization().utilization : this.#loop.at(now, restingSince);
  }

  #grownTo(bytes: number): void {
    this.heapUsedBytes = bytes;
    this.#listener.onHeap();
  }
}
