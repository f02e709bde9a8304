import { types } from "node:util";
import type { ArrayBufferOrPort } from "./connection.ts";

// On the global object, so that the package and a worker's host file, which are two copies, share one table.
const RECORD = Symbol.for("concurry.transfers.1");

interface TransferRecord {
  readonly lists: WeakMap<object, readonly ArrayBufferOrPort[]>;
  /** False until the first value is marked; spares all other programs the look into the table. */
  isUsed: boolean;
}

const globals = globalThis as { [RECORD]?: TransferRecord };
globals[RECORD] ??= { lists: new WeakMap(), isUsed: false };
const record: TransferRecord = globals[RECORD];

/**
 * Marks what of a value shall move to the other side instead of being copied.
 *
 * For an argument or a result itself, not for values inside one. It moves when the call leaves for its worker, and
 * can't be used here from then on: a buffer's length is 0. Only threads share memory; a process gets a copy, and the
 * sender keeps its own. The mark holds for one sending.
 *
 * @param value The argument or result: an object that holds, or is, what is listed.
 * @param list `ArrayBuffer`s and `MessagePort`s inside the value.
 * @returns The same value.
 * @throws {TypeError} When `value` is no object, or `list` is no array.
 * @example
 * const pixels = new Uint8Array(1024 * 1024);
 * await pool.blur(transfer(pixels, [pixels.buffer]));
 * pixels.length; // 0
 */
export function transfer<T>(value: T, list: readonly ArrayBufferOrPort[]): T {
  if (typeof value !== "object" || value === null)
    throw new TypeError(`transfer() takes an object that holds what shall move, got ${typeName(value)}`);
  if (!Array.isArray(list))
    throw new TypeError(`transfer() takes an array of what shall move, got ${typeName(list)}`);
  record.isUsed = true;
  record.lists.set(value, [...new Set(list)]);
  return value;
}

/** The list that an argument or result was marked with, once; values inside it aren't looked at. */
export function takeTransferList(value: unknown): readonly ArrayBufferOrPort[] | undefined {
  if (!record.isUsed || typeof value !== "object" || value === null) return undefined;
  const list = record.lists.get(value);
  if (list !== undefined) record.lists.delete(value);
  return list;
}

/** A value that stays in its realm: nothing of it moves, but a mark holds for one sending. */
export function withoutMark(value: unknown): unknown {
  takeTransferList(value);
  return value;
}

/** The lists of all arguments of a call as one, once; undefined when none is marked. */
export function takeArgumentTransfers(list: readonly unknown[]): readonly ArrayBufferOrPort[] | undefined {
  if (!record.isUsed) return undefined;
  const found = new Set<ArrayBufferOrPort>();
  for (const value of list) {
    for (const item of takeTransferList(value) ?? []) found.add(item);
  }
  return found.size === 0 ? undefined : [...found];
}

/**
 * Refuses what has moved before: some versions of Node would send an empty buffer in its place.
 *
 * @throws {DOMException} `DataCloneError`, as `postMessage` of the other versions.
 */
export function refuseMoved(list: readonly ArrayBufferOrPort[]): void {
  if (list.some((item) => types.isArrayBuffer(item) && isDetached(item)))
    throw new DOMException("An ArrayBuffer in the transfer list was moved away before.", "DataCloneError");
}

/** True for a buffer that was moved away. */
export function isDetached(buffer: ArrayBuffer): boolean {
  if (buffer.byteLength > 0) return false;
  try {
    new Uint8Array(buffer);
    return false;
  } catch {
    return true;
  }
}

function typeName(value: unknown): string {
  return value === null ? "null" : typeof value;
}
