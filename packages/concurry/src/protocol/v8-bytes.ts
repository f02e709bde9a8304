import { refuseHostObjects } from "./host-objects.ts";

/**
 * Writes a value as bytes, as truly as structured clone copies it.
 *
 * Not `v8.serialize`: that makes views into windows on one common piece of memory, and splits shared buffers.
 *
 * @throws {Error} When the value can't be cloned, or can't leave its process.
 */
export function toBytes(value: unknown): Uint8Array {
  refuseHostObjects(value);
  const { Serializer } = v8();
  const serializer = new Serializer();
  serializer.writeHeader();
  serializer.writeValue(value);
  return serializer.releaseBuffer();
}

/**
 * Reads what {@link toBytes} wrote.
 *
 * @throws {Error} When the bytes are not such, or come from a newer major version of Node.
 */
export function fromBytes(bytes: Uint8Array): unknown {
  const { Deserializer } = v8();
  const deserializer = new Deserializer(bytes);
  deserializer.readHeader();
  return deserializer.readValue();
}

/** Loaded when it is first needed: threads, which clone, need not pay for it when they start. */
function v8(): typeof import("node:v8") {
  return process.getBuiltinModule("node:v8");
}
