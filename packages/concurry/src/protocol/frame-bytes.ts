import { asRawMessage, putRawHeader, RAW_HEADER_BYTES, type RawMessage } from "./raw-bytes.ts";
import { toBytes } from "./v8-bytes.ts";

/** The frames of byte links: `u32 length, little endian, of all that follows | u8 tag | body`. */
export const FRAME_HEADER_BYTES = 5;
/** Larger frames are refused by both ends, so that a length that is none is found out. */
export const MAX_FRAME_BYTES: number = 2 ** 30;

/** What the body of a frame is. */
export const TAG_V8 = 0;
export const TAG_JSON = 1;
export const TAG_RAW = 2;

// Up to here one copy is cheaper than a second write.
const JOIN_BYTES = 16 * 1024;
const MAX_UTF8_BYTES_PER_UNIT = 3;

/** The part of a socket that a frame is written to. */
export interface ByteSink {
  write(chunk: Uint8Array): boolean;
  cork(): void;
  uncork(): void;
}

/**
 * Writes one frame. Returns false when the sink wants its writer to wait.
 *
 * @param transfer Buffers that the sender gives away: they are detached, as `postMessage` would do it.
 * @throws {DOMException} `DataCloneError` when the body can't be cloned; nothing was written then.
 */
export function writeFrame(
  sink: ByteSink,
  body: unknown,
  form: "text" | "value",
  transfer?: readonly unknown[],
): boolean {
  if (form === "text") return writeText(sink, body as string);
  const raw = asRawMessage(body);
  if (raw !== undefined) return writeRaw(sink, raw, transfer);
  const bytes = bytesOf(body);
  checkLength(bytes.length);
  if (transfer !== undefined) for (const given of transfer) take(given);
  return writeBody(sink, bytes, TAG_V8);
}

function bytesOf(body: unknown): Uint8Array {
  try {
    return toBytes(body);
  } catch (error) {
    // V8 says it with a plain error, `postMessage` with one that has a name; whoever posts knows one kind only.
    const isPlain = error instanceof Error && Object.getPrototypeOf(error) === Error.prototype;
    if (!isPlain || !error.message.endsWith("could not be cloned.")) throw error;
    throw new DOMException(error.message, "DataCloneError");
  }
}

function writeText(sink: ByteSink, text: string): boolean {
  if (text.length > JOIN_BYTES) return writeBody(sink, Buffer.from(text, "utf8"), TAG_JSON);
  const frame = Buffer.allocUnsafe(FRAME_HEADER_BYTES + text.length * MAX_UTF8_BYTES_PER_UNIT);
  const length = frame.write(text, FRAME_HEADER_BYTES, "utf8");
  putHeader(frame, length, TAG_JSON);
  return sink.write(frame.subarray(0, FRAME_HEADER_BYTES + length));
}

function writeBody(sink: ByteSink, body: Uint8Array, tag: number): boolean {
  const header = Buffer.allocUnsafe(FRAME_HEADER_BYTES + (body.length <= JOIN_BYTES ? body.length : 0));
  putHeader(header, body.length, tag);
  if (body.length > JOIN_BYTES) return writeTwo(sink, header, body);
  header.set(body, FRAME_HEADER_BYTES);
  return sink.write(header);
}

function writeRaw(sink: ByteSink, raw: RawMessage, transfer: readonly unknown[] | undefined): boolean {
  const isGiven = transfer?.includes(raw.buffer) === true;
  const size = raw.buffer.byteLength;
  const start = FRAME_HEADER_BYTES + RAW_HEADER_BYTES;
  checkLength(RAW_HEADER_BYTES + size);
  const frame = Buffer.allocUnsafe(isGiven ? start : start + size);
  putHeader(frame, RAW_HEADER_BYTES + size, TAG_RAW);
  putRawHeader(frame, FRAME_HEADER_BYTES, raw);
  if (isGiven) return writeTwo(sink, frame, new Uint8Array(take(raw.buffer) as ArrayBuffer));
  // A copy, because the socket may write later, when the caller has changed or moved its bytes.
  frame.set(new Uint8Array(raw.buffer), start);
  return sink.write(frame);
}

function writeTwo(sink: ByteSink, header: Buffer, body: Uint8Array): boolean {
  sink.cork();
  sink.write(header);
  const hasRoom = sink.write(body);
  sink.uncork();
  return hasRoom;
}

/** Takes a buffer from its owner, without a copy. */
function take(given: unknown): unknown {
  return given instanceof ArrayBuffer ? structuredClone(given, { transfer: [given] }) : given;
}

function putHeader(frame: Buffer, length: number, tag: number): void {
  checkLength(length);
  frame.writeUInt32LE(length + 1, 0);
  frame[4] = tag;
}

function checkLength(length: number): void {
  if (length < MAX_FRAME_BYTES) return;
  throw new DOMException(
    `A message of ${length} bytes is too large for a process, which takes less than ${MAX_FRAME_BYTES}`,
    "DataCloneError",
  );
}
