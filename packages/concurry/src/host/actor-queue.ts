import { claimCall } from "../protocol/claims.ts";
import type { Link } from "../protocol/connection.ts";
import {
  CREDIT,
  LENDS,
  METHOD_MASK,
  RECORD_BEGIN,
  REPLY_ERROR,
  REPLY_LATE_ERROR,
  STREAM,
} from "../protocol/frame.ts";
import { LATER } from "../protocol/run-now.ts";
import { isThenable } from "../protocol/thenable.ts";
import { withoutMark } from "../protocol/transfer.ts";
import { tickNow } from "../util/clock.ts";
import type { RunInContext } from "./call-context.ts";
import { CallNotes } from "./call-notes.ts";
import type { Replies } from "./replies.ts";
import type { Method } from "./run-method.ts";
import { RunningCall, type WorkerFacts } from "./running-call.ts";
import { StreamRun } from "./stream-run.ts";
import type { WorkReport } from "./work-report.ts";

/** One message of requests, and how far it is done. */
interface Message {
  readonly body: ArrayLike<unknown>;
  readonly number: number;
  position: number;
}

/** What a queue needs to run calls. */
export interface ActorParts {
  readonly link: Link;
  readonly worker: WorkerFacts;
  readonly instance: object;
  readonly methods: readonly Method[];
  /** Factor between call number and slot in an id. */
  readonly slots: number;
  /** Calls that may run at once. */
  readonly concurrency: number;
  readonly runInContext: RunInContext;
  /** For calls that have lent something. */
  readonly runBorrowing: RunInContext;
  readonly replies: Replies;
  readonly report: WorkReport;
  /** Makes an error thrown by a method tell more. */
  readonly explain: (thrown: unknown) => unknown;
}

/** Runs the calls of one worker: one at a time, in order, or up to `concurrency` side by side. */
export class ActorQueue {
  readonly #parts: ActorParts;
  readonly #messages: Message[] = [];
  readonly #running = new Map<number, RunningCall>();
  /** Those of the running calls that are streams, by slot. */
  readonly #streams = new Map<number, StreamRun>();
  readonly #withdrawn = new Set<number>();
  readonly #notes = new CallNotes();
  // A pool whose worker shares no memory with it must be told what has started, in case the worker dies.
  readonly #marksBegin: boolean;
  /** In the pool's realm nothing is sent ahead, so that nobody needs to know how long a call takes. */
  readonly #now: () => number;
  #received = 0;
  #isPumping = false;

  constructor(parts: ActorParts) {
    this.#parts = parts;
    const { wire } = parts.link.info;
    this.#marksBegin = wire === "bytes";
    this.#now = wire === "reference" ? tickNow : () => performance.now();
  }

  receive(body: ArrayLike<unknown>): void {
    if (body[0] === CREDIT) {
      this.#grant(body[1] as number, body[2] as number);
      return;
    }
    this.#received += 1;
    this.#messages.push({ body, number: this.#received, position: 0 });
    this.pump();
  }

  /** Runs a call at once, while nothing runs or waits here. Gives its result or `LATER`; throws what the method throws. */
  runNow(callNumber: number, slot: number, op: number, value: unknown, now: number): unknown {
    const { worker, methods, instance, runInContext } = this.#parts;
    const call = new RunningCall(worker, callNumber, slot, op & METHOD_MASK);
    this.#finish(call, now, now); // Nobody needs to know how long it takes; but the size of the heap is told, too.
    const result = runInContext(call, methods[call.methodIndex] as Method, instance, op, value);
    if (!isThenable(result)) return withoutMark(result);
    this.#await(call, result as PromiseLike<unknown>, now);
    return LATER;
  }

  /** Starts what may start. */
  pump(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    while (this.#running.size < this.#parts.concurrency) {
      const message = this.#messages[0];
      if (message === undefined || (this.#marksBegin && !this.#begin(message))) break;
      this.#startNext(message);
    }
    this.#isPumping = false;
    this.#parts.replies.flushSoon();
  }

  /** Tells the pool that calls of this message may have started; false while the telling isn't out. */
  #begin(message: Message): boolean {
    const { replies, link, worker } = this.#parts;
    const isFirst = message.number > this.#begun;
    if (isFirst) {
      this.#begun = message.number;
      replies.record(RECORD_BEGIN, message.number);
    }
    // The pool must see that those before a call with a time limit are done, even if this one never yields.
    const isLimited = worker.timeoutMs > 0 || !this.#notes.isEmpty;
    if (isFirst || (isLimited && replies.size > 0)) replies.flush(this.#now());
    return !(message.position === 0 || isLimited) || (link.isFlushed?.() ?? true);
  }
  #begun = 0;

  #startNext(message: Message): void {
    const { body } = message;
    const position = message.position;
    message.position += 3;
    const isLast = message.position >= body.length;
    if (isLast) this.#messages.shift();
    const id = body[position] as number;
    const op = body[position + 1] as number;
    if (id === 0) this.#notes.add(op, body[position + 2] as number);
    else this.#start(id, op, body[position + 2]);
    if (isLast && this.#running.size === 0 && (this.#messages.length === 0 || !this.#marksBegin)) {
      this.#parts.replies.flush(this.#now());
    }
  }

  #start(id: number, op: number, value: unknown): void {
    const { slots, link, replies, methods, instance, worker } = this.#parts;
    const number = Math.floor(id / slots);
    const slot = id - number * slots;
    const facts = this.#notes.take(slot);
    if (link.info.claims !== undefined && !claimCall(link.info.claims, slot, number)) return;
    if (this.#withdrawn.size > 0 && this.#withdrawn.delete(id)) {
      replies.withdrawn(slot);
      return;
    }
    const methodIndex = op & METHOD_MASK;
    const call = new RunningCall(worker, number, slot, methodIndex, facts);
    const startedAt = this.#now();
    try {
      const run = op & LENDS ? this.#parts.runBorrowing : this.#parts.runInContext;
      const result = run(call, methods[methodIndex] as Method, instance, op, value);
      if (op & STREAM) {
        this.#stream(new StreamRun(call, result, this.#parts, facts?.credit));
        return;
      }
      if (isThenable(result)) {
        this.#await(call, result as PromiseLike<unknown>, startedAt);
        return;
      }
      replies.value(call, result);
    } catch (thrown) {
      replies.thrown(call, this.#parts.explain(thrown));
    }
    this.#finish(call, startedAt);
  }

  #await(call: RunningCall, result: PromiseLike<unknown>, startedAt: number): void {
    const { replies, concurrency, report, explain } = this.#parts;
    this.#running.set(call.slot, call);
    // An actor is taken until the call settles; with several at once only the synchronous part holds up the others.
    const isActor = concurrency === 1;
    if (!isActor) report.add(call.methodIndex, this.#now() - startedAt);
    const done = (): void => {
      this.#running.delete(call.slot);
      if (isActor) this.#finish(call, startedAt);
      this.pump();
    };
    Promise.resolve(result).then(
      (value) => {
        replies.value(call, value);
        done();
      },
      (thrown: unknown) => {
        replies.thrown(call, explain(thrown));
        done();
      },
    );
  }

  /** How long a stream takes is up to its consumer: it says nothing of what the method costs, and isn't reported. */
  #stream(stream: StreamRun): void {
    const { replies, explain } = this.#parts;
    const { call } = stream;
    this.#running.set(call.slot, call);
    this.#streams.set(call.slot, stream);
    const done = (): void => {
      this.#running.delete(call.slot);
      this.#streams.delete(call.slot);
      this.pump();
    };
    stream.run().then(
      (value) => {
        replies.value(call, value);
        done();
      },
      (thrown: unknown) => {
        replies.thrown(call, explain(thrown), stream.isEnding ? REPLY_LATE_ERROR : REPLY_ERROR);
        done();
      },
    );
  }

  #grant(id: number, items: number): void {
    const number = Math.floor(id / this.#parts.slots);
    const stream = this.#streams.get(id - number * this.#parts.slots);
    if (stream?.call.number === number) stream.grant(items);
  }

  #finish(call: RunningCall, startedAt: number, now: number = this.#now()): void {
    this.#parts.report.add(call.methodIndex, now - startedAt);
    this.#parts.replies.flushIfDue(now);
  }

  /**
   * Aborts a call that runs. One that waits here is dropped, and so is one that this lane has overtaken: its message
   * has a number that is still to come.
   */
  cancel(id: number, message: number, reason: unknown): void {
    const { slots } = this.#parts;
    const number = Math.floor(id / slots);
    const call = this.#running.get(id - number * slots);
    if (call?.number === number) this.#abort(call, reason);
    else if (message > this.#received || this.#isWaiting(id)) this.#withdrawn.add(id);
  }

  abortAll(reason: unknown): void {
    for (const call of this.#running.values()) this.#abort(call, reason);
  }

  #abort(call: RunningCall, reason: unknown): void {
    call.abort(reason);
    this.#streams.get(call.slot)?.leave();
  }

  #isWaiting(id: number): boolean {
    return this.#messages.some(({ body, position }) => {
      for (let index = position; index < body.length; index += 3) if (body[index] === id) return true;
      return false;
    });
  }
}
