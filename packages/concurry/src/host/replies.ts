import type { Link } from "../protocol/connection.ts";
import { ALONE, AS_NUMBER, AS_PLAIN, encodeValue, HOLDS_REPLACEABLE } from "../protocol/encode.ts";
import { REPLY_ERROR, REPLY_ITEM, REPLY_UNDEFINED, REPLY_VALUE, REPLY_WITHDRAWN } from "../protocol/frame.ts";
import { createOutbox, type Outbox } from "../protocol/outbox.ts";
import { serializationError } from "../protocol/serialization-failure.ts";
import { takeTransferList } from "../protocol/transfer.ts";
import { encodeThrown } from "../protocol/wire-error.ts";
import type { RunningCall } from "./running-call.ts";
import type { WorkReport } from "./work-report.ts";

const MOST_REPLIES = 256;
const FLUSH_AFTER_MS = 0.5;

/** Sends outcomes back, many in one message, but none later than half a millisecond of work. */
export class Replies {
  readonly #link: Link;
  readonly #outbox: Outbox;
  readonly #report: WorkReport;
  readonly #exportName: (errorClass: unknown) => string | undefined;
  #flushedAt = 0;
  #isScheduled = false;

  constructor(link: Link, report: WorkReport, exportName: (errorClass: unknown) => string | undefined) {
    this.#link = link;
    this.#outbox = createOutbox(link);
    this.#report = report;
    this.#exportName = exportName;
  }

  /** Outcomes that wait to be sent. */
  get size(): number {
    return this.#outbox.size;
  }

  value(call: RunningCall, value: unknown): void {
    if (value === undefined) {
      this.#outbox.put(call.slot + 1, REPLY_UNDEFINED, AS_NUMBER, 0);
      return;
    }
    try {
      this.#put(call, REPLY_VALUE, value, "result");
    } catch (error) {
      this.thrown(call, error);
    }
  }

  /**
   * One item of a stream; its call goes on.
   *
   * @throws {SerializationError} When it can't be sent.
   */
  item(call: RunningCall, value: unknown): void {
    this.#put(call, REPLY_ITEM, value, "item");
  }

  #put(call: RunningCall, code: number, value: unknown, place: "result" | "item"): void {
    const transfer = typeof value === "object" && value !== null ? takeTransferList(value) : undefined;
    try {
      const { travel, payload } = encodeValue(value, this.#link.info.wire);
      const isAlone = transfer !== undefined || travel === ALONE || travel === HOLDS_REPLACEABLE;
      if (isAlone) this.#outbox.put(call.slot + 1, code, ALONE, value, transfer);
      else this.#outbox.put(call.slot + 1, code, travel, payload);
    } catch (cause) {
      const method = call.worker.methods[call.methodIndex] as string;
      throw serializationError(method, place, value, cause, this.#link.info.wire, transfer);
    }
  }

  thrown(call: RunningCall, thrown: unknown, code: number = REPLY_ERROR): void {
    const wire = this.#link.info.wire;
    if (wire === "reference") {
      this.#outbox.put(call.slot + 1, code, AS_PLAIN, thrown);
      return;
    }
    const { travel, payload } = encodeValue(encodeThrown(thrown, { wire, exports: this.#exportName }), wire);
    this.#outbox.put(call.slot + 1, code, travel, payload);
  }

  withdrawn(slot: number): void {
    this.#outbox.put(slot + 1, REPLY_WITHDRAWN, AS_NUMBER, 0);
  }

  /** Puts a record of the lane itself. */
  record(code: number, value: number): void {
    this.#outbox.put(0, code, AS_NUMBER, value);
  }

  /** Flushes when there are many, or when the first of them has waited long enough. */
  flushIfDue(now: number): void {
    if (this.#outbox.size >= MOST_REPLIES || now - this.#flushedAt >= FLUSH_AFTER_MS) this.flush(now);
  }

  flush(now: number): void {
    this.#flushedAt = now;
    if (this.#report.isDue(now)) this.#report.putInto(this.#outbox, now);
    this.#outbox.flush();
  }

  /** Flushes once this turn of the event loop is over, together with what still comes in it. */
  flushSoon(): void {
    if (this.#isScheduled || this.#outbox.size === 0) return;
    this.#isScheduled = true;
    process.nextTick(() => {
      this.#isScheduled = false;
      this.flush(performance.now());
    });
  }
}
