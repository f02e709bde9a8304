import { MessageChannel } from "node:worker_threads";
import { expect, test } from "vitest";
import { serializationError } from "../../src/protocol/serialization-failure.ts";
import { isDetached, refuseMoved } from "../../src/protocol/transfer.ts";
import { findUncloneable } from "../../src/protocol/uncloneable.ts";

function moved(): ArrayBuffer {
  const buffer = new ArrayBuffer(8);
  structuredClone(buffer, { transfer: [buffer] });
  return buffer;
}

test("a buffer that was moved away is told from an empty one", () => {
  expect([moved(), new ArrayBuffer(0), new ArrayBuffer(1)].map(isDetached)).toEqual([true, false, false]);
});

test("a list with a moved buffer is refused as postMessage refuses what it can't clone", () => {
  expect(() => refuseMoved([new ArrayBuffer(0), new ArrayBuffer(8)])).not.toThrow();
  expect(() => refuseMoved([new ArrayBuffer(8), moved()])).toThrow(
    expect.objectContaining({ name: "DataCloneError" }),
  );
});

test("a moved buffer is an obstacle also when it is in the transfer list", () => {
  const buffer = moved();

  expect(findUncloneable({ buffer }, "clone", [buffer])).toEqual({
    path: ".buffer",
    reason: "an ArrayBuffer that was moved away before",
  });
});

test("what moves is no obstacle, but where nothing can move", () => {
  const { port1, port2 } = new MessageChannel();
  const cause = new DOMException("no", "DataCloneError");
  const value = [{ port: port1, run: () => 1 }];
  const paths = (["clone", "bytes"] as const).map(
    (wire) => serializationError("open", "arguments", value, cause, wire, [port1]).path,
  );

  expect(paths).toEqual([".run", ".port"]);
  port1.close();
  port2.close();
});
