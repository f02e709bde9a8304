import type { ArrayBufferOrPort, Link } from "./connection.ts";
import { ALONE, AS_NUMBER, AS_TEXT, type Travel } from "./encode.ts";
import { JSON_TEXT } from "./frame.ts";
import { refuseMoved } from "./transfer.ts";

/** Collects calls or replies, and sends many of them as one message. */
export interface Outbox {
  /** Entries that wait for the next flush. */
  readonly size: number;
  /** Number of the message that the next entry to be put will travel in; the first is 1. */
  readonly message: number;
  /** False while the link is full: what is posted is kept, but no more should be put. */
  isOpen: boolean;
  /**
   * Adds one entry. One that travels alone is sent at once, after all that wait.
   *
   * @throws {DOMException} `DataCloneError` when a value that travels alone can't be cloned; nothing was sent of it.
   */
  put(
    head: number,
    code: number,
    travel: Travel,
    payload: unknown,
    transfer?: readonly ArrayBufferOrPort[],
  ): void;
  /** Sends all that wait. */
  flush(): void;
}

/** The outbox for a link's way of passing values. */
export function createOutbox(link: Link): Outbox {
  return link.info.wire === "bytes" ? new ByteOutbox(link) : new ObjectOutbox(link);
}

/** For links that clone or pass references: a flat array, or numbers alone. */
class ObjectOutbox implements Outbox {
  readonly #link: Link;
  readonly #isClone: boolean;
  readonly #textFlag: number;
  #batch: unknown[] = [];
  #isNumeric = true;
  message = 1;
  isOpen = true;

  constructor(link: Link) {
    this.#link = link;
    this.#isClone = link.info.wire === "clone";
    this.#textFlag = this.#isClone ? JSON_TEXT : 0;
  }

  get size(): number {
    return this.#batch.length / 3;
  }

  put(
    head: number,
    code: number,
    travel: Travel,
    payload: unknown,
    transfer?: readonly ArrayBufferOrPort[],
  ): void {
    if (travel === ALONE) {
      if (transfer !== undefined && this.#isClone) refuseMoved(transfer);
      this.flush();
      this.#post([head, code, payload], transfer);
      return;
    }
    if (travel !== AS_NUMBER) this.#isNumeric = false;
    this.#batch.push(head, travel === AS_TEXT ? code | this.#textFlag : code, payload);
  }

  flush(): void {
    const batch = this.#batch;
    if (batch.length === 0) return;
    // One entry is cheaper as a plain array; the clone of a typed array pays from two on.
    const isNumeric = this.#isNumeric && batch.length > 3 && this.#isClone;
    this.#batch = [];
    this.#isNumeric = true;
    this.#post(isNumeric ? new Float64Array(batch as number[]) : batch);
  }

  #post(body: unknown, transfer?: readonly ArrayBufferOrPort[]): void {
    const frame = { lane: "call", body, form: "value" } as const;
    const isOpen = this.#link.post(transfer === undefined ? frame : { ...frame, transfer });
    this.message += 1;
    this.isOpen = isOpen;
  }
}

const LONG_TEXT = 2 ** 20;

/** For byte links: JSON text of many entries, or a value message of entries that JSON would spoil. */
class ByteOutbox implements Outbox {
  readonly #link: Link;
  #text = "";
  #batch: unknown[] = [];
  size = 0;
  message = 1;
  isOpen = true;

  constructor(link: Link) {
    this.#link = link;
  }

  put(head: number, code: number, travel: Travel, payload: unknown): void {
    if (travel === ALONE) {
      this.flush();
      this.#post([head, code, payload], "value");
    } else if (travel === AS_TEXT || travel === AS_NUMBER) {
      if (this.#batch.length > 0) this.flush();
      // A text has a longest length: what comes next to a long one goes in a message of its own.
      if (this.#text.length > LONG_TEXT) this.flush();
      this.#text += `${this.#text === "" ? "[" : ","}${head},${code},${payload}`;
      this.size += 1;
    } else {
      if (this.#text !== "") this.flush();
      this.#batch.push(head, code, payload);
      this.size += 1;
    }
  }

  flush(): void {
    if (this.size === 0) return;
    const text = this.#text;
    const batch = this.#batch;
    this.#text = "";
    this.size = 0;
    if (text !== "") {
      this.#post(`${text}]`, "text");
    } else {
      this.#batch = [];
      this.#post(batch, "value");
    }
  }

  #post(body: unknown, form: "text" | "value"): void {
    const isOpen = this.#link.post({ lane: "call", body, form });
    this.message += 1;
    this.isOpen = isOpen;
  }
}
