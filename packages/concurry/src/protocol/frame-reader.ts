import { FRAME_HEADER_BYTES, MAX_FRAME_BYTES, TAG_JSON, TAG_RAW, TAG_V8 } from "./frame-bytes.ts";
import { RAW_HEADER_BYTES, readRaw } from "./raw-bytes.ts";
import { fromBytes } from "./v8-bytes.ts";

/** Cuts a stream of bytes into frames, however the bytes are cut into chunks. */
export class FrameReader {
  readonly #onBody: (body: unknown) => void;
  /** Of a frame whose header came in parts. */
  readonly #header: Buffer = Buffer.alloc(FRAME_HEADER_BYTES + RAW_HEADER_BYTES);
  #headerFilled = 0;
  /** Of a frame whose body came in parts: allocated once, from the length. */
  #body: Buffer | undefined;
  #bodyFilled = 0;

  constructor(onBody: (body: unknown) => void) {
    this.#onBody = onBody;
  }

  /** True between two frames. */
  get isEmpty(): boolean {
    return this.#headerFilled === 0 && this.#body === undefined;
  }

  /**
   * Takes the next chunk, and hands on each frame that is complete.
   *
   * @throws {Error} When the bytes can't be frames. Nothing after them can be read.
   */
  read(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#body === undefined) {
        const start = this.#headerFilled === 0 ? this.#readWhole(chunk, at) : at;
        if (start > at) at = start;
        else at = this.#readHeader(chunk, at);
      } else {
        at = this.#readBody(this.#body, chunk, at);
      }
    }
  }

  /** Reads a frame that lies in the chunk as a whole; returns where the next begins, or `at` if it doesn't. */
  #readWhole(chunk: Buffer, at: number): number {
    const start = at + FRAME_HEADER_BYTES;
    if (chunk.length < start) return at;
    const tag = chunk[at + 4] as number;
    const end = start + bodyLength(chunk, at);
    if (chunk.length < end) return at;
    this.#emit(
      tag,
      chunk,
      start,
      chunk.subarray(tag === TAG_RAW ? start + RAW_HEADER_BYTES : start, end),
      false,
    );
    return end;
  }

  /** Reads more of a header, and makes room for the body when it is complete. */
  #readHeader(chunk: Buffer, at: number): number {
    const header = this.#header;
    let position = at;
    while (position < chunk.length && this.#headerFilled < this.#headerSize()) {
      header[this.#headerFilled++] = chunk[position++] as number;
    }
    if (this.#headerFilled < FRAME_HEADER_BYTES) return position;
    const rest = bodyLength(header, 0) - (this.#headerFilled - FRAME_HEADER_BYTES);
    if (this.#headerFilled < this.#headerSize()) return position;
    this.#headerFilled = 0;
    this.#bodyFilled = 0;
    this.#body = Buffer.allocUnsafeSlow(rest);
    if (rest === 0) this.#finish(this.#body);
    return position;
  }

  #headerSize(): number {
    const isRaw = this.#headerFilled >= FRAME_HEADER_BYTES && this.#header[4] === TAG_RAW;
    return isRaw ? FRAME_HEADER_BYTES + RAW_HEADER_BYTES : FRAME_HEADER_BYTES;
  }

  #readBody(body: Buffer, chunk: Buffer, at: number): number {
    const copied = chunk.copy(body, this.#bodyFilled, at);
    this.#bodyFilled += copied;
    if (this.#bodyFilled === body.length) this.#finish(body);
    return at + copied;
  }

  #finish(body: Buffer): void {
    this.#body = undefined;
    this.#emit(this.#header[4] as number, this.#header, FRAME_HEADER_BYTES, body, true);
  }

  #emit(tag: number, header: Buffer, at: number, body: Buffer, isOwn: boolean): void {
    const value = decode(tag, header, at, body, isOwn);
    try {
      this.#onBody(value);
    } catch (error) {
      // A listener's error is not the stream's: the frames behind this one must still be read.
      process.nextTick(() => {
        throw error;
      });
    }
  }
}

function bodyLength(header: Buffer, at: number): number {
  const length = header.readUInt32LE(at) - 1;
  const tag = header[at + 4] as number;
  if (length < (tag === TAG_RAW ? RAW_HEADER_BYTES : 1) || length >= MAX_FRAME_BYTES || tag > TAG_RAW) {
    throw new Error(
      `The bytes between a pool and its worker are not a frame (length ${length + 1}, tag ${tag}): does other code write to file descriptor 4?`,
    );
  }
  return length;
}

function decode(tag: number, header: Buffer, at: number, body: Buffer, isOwn: boolean): unknown {
  try {
    if (tag === TAG_JSON) return JSON.parse(body.toString("utf8")) as unknown;
    if (tag === TAG_V8) return fromBytes(body);
    return readRaw(header, at, isOwn ? body : ownCopy(body));
  } catch (cause) {
    throw new Error(`A frame between a pool and its worker could not be read: ${String(cause)}`, { cause });
  }
}

/** The same bytes in a buffer that holds nothing else. */
function ownCopy(bytes: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  copy.set(bytes);
  return copy;
}
