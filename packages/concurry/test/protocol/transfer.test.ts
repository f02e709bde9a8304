import { MessageChannel } from "node:worker_threads";
import { expect, test } from "vitest";
import { takeArgumentTransfers, takeTransferList, transfer } from "../../src/protocol/transfer.ts";

test("a marked value is the same value, and gives its list once", () => {
  const bytes = new Uint8Array(8);

  expect(transfer(bytes, [bytes.buffer])).toBe(bytes);
  expect(takeTransferList(bytes)).toEqual([bytes.buffer]);
  expect(takeTransferList(bytes)).toBeUndefined();
});

test("only values themselves are marked, not what holds them", () => {
  const bytes = transfer(new Uint8Array(8), []);

  expect(takeTransferList({ bytes })).toBeUndefined();
  expect(takeTransferList("text")).toBeUndefined();
  expect(takeTransferList(null)).toBeUndefined();
});

test("the lists of all arguments become one, without doubles", () => {
  const { port1, port2 } = new MessageChannel();
  const bytes = new Uint8Array(8);
  const first = transfer({ bytes }, [bytes.buffer, bytes.buffer]);
  const second = transfer({ bytes, port1 }, [bytes.buffer, port1]);

  expect(takeArgumentTransfers([first, 1, second, {}])).toEqual([bytes.buffer, port1]);
  expect(takeArgumentTransfers([first, 1, second, {}])).toBeUndefined();
  port1.close();
  port2.close();
});

test("what can't be marked is refused", () => {
  for (const value of ["text", 1, null, undefined, () => 1])
    expect(() => transfer(value, [])).toThrow(TypeError);
  expect(() => transfer({}, new ArrayBuffer(8) as never)).toThrow(
    "transfer() takes an array of what shall move, got object",
  );
});

test("the marks are shared with other copies of the package in this realm", async () => {
  const copy: typeof import("../../src/protocol/transfer.ts") = await import(
    /* @vite-ignore */ `../../src/protocol/transfer.ts?copy=${1}`
  );
  const bytes = new Uint8Array(8);

  expect(copy.takeTransferList).not.toBe(takeTransferList);
  copy.transfer(bytes, [bytes.buffer]);
  expect(takeTransferList(bytes)).toEqual([bytes.buffer]);
});
