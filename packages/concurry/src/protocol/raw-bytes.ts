import { types } from "node:util";

/**
 * A message with one value that is nothing but bytes: `f64 id | f64 code | u32 byte offset | u32 length | u8 type`,
 * then the value's whole buffer. Of a view that shows a part of its buffer, a structured clone has the whole one too.
 */
export const RAW_HEADER_BYTES = 25;

/** A message of one value that is bytes, taken apart. */
export interface RawMessage {
  readonly id: number;
  readonly code: number;
  readonly type: number;
  readonly byteOffset: number;
  /** Elements of a typed array, bytes of a `DataView`; unused for a plain buffer. */
  readonly length: number;
  readonly buffer: ArrayBuffer;
}

interface ViewClass {
  readonly name: string;
  new (buffer: ArrayBuffer, byteOffset: number, length: number): ArrayBufferView;
}

const PLAIN_BUFFER = 0;
// The place in this list, plus 1, is the type on the wire. Types that are not here travel by v8.
const VIEWS: readonly ViewClass[] = [
  DataView,
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
];
const NAMES: readonly string[] = VIEWS.map((view) => view.name);

// The getter itself, since an object may have a field of its own by that name.
const typedArrayName = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype) as object,
  Symbol.toStringTag,
)?.get as () => string | undefined;

/** Takes a message `[id, code, bytes]` apart; undefined for any other message. */
export function asRawMessage(body: unknown): RawMessage | undefined {
  if (!Array.isArray(body) || body.length !== 3) return undefined;
  const [id, code, value] = body as [unknown, unknown, unknown];
  if (typeof id !== "number" || typeof code !== "number") return undefined;
  if (typeof value !== "object" || value === null) return undefined;
  if (types.isArrayBuffer(value)) return rawMessage(id, code, PLAIN_BUFFER, value, 0, 0);
  if (!ArrayBuffer.isView(value)) return undefined;
  const type = NAMES.indexOf(typedArrayName.call(value) ?? "DataView") + 1;
  if (type === PLAIN_BUFFER || !types.isArrayBuffer(value.buffer)) return undefined;
  const length = (value as { length?: number }).length ?? value.byteLength;
  return rawMessage(id, code, type, value.buffer, value.byteOffset, length);
}

function rawMessage(
  id: number,
  code: number,
  type: number,
  buffer: ArrayBuffer,
  byteOffset: number,
  length: number,
): RawMessage | undefined {
  // An empty buffer may be one that was moved away, and a resizable one must stay so: v8 knows both.
  if (buffer.byteLength === 0 || (buffer as { resizable?: boolean }).resizable === true) return undefined;
  return { id, code, type, byteOffset, length, buffer };
}

/** Writes what precedes the bytes. */
export function putRawHeader(frame: Buffer, at: number, raw: RawMessage): void {
  frame.writeDoubleLE(raw.id, at);
  frame.writeDoubleLE(raw.code, at + 8);
  frame.writeUInt32LE(raw.byteOffset, at + 16);
  frame.writeUInt32LE(raw.length, at + 20);
  frame[at + 24] = raw.type;
}

/** Makes the message again. `bytes` must be the whole of its buffer. */
export function readRaw(header: Buffer, at: number, bytes: Buffer): [number, number, unknown] {
  const id = header.readDoubleLE(at);
  const code = header.readDoubleLE(at + 8);
  const type = header[at + 24] as number;
  const buffer = bytes.buffer as ArrayBuffer;
  if (type === PLAIN_BUFFER) return [id, code, buffer];
  const View = VIEWS[type - 1];
  if (View === undefined) throw new RangeError(`no type of bytes has the number ${type}`);
  return [id, code, new View(buffer, header.readUInt32LE(at + 16), header.readUInt32LE(at + 20))];
}
