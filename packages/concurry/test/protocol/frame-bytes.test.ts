import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type ByteSink,
  FRAME_HEADER_BYTES,
  MAX_FRAME_BYTES,
  writeFrame,
} from "../../src/protocol/frame-bytes.ts";
import { FrameReader } from "../../src/protocol/frame-reader.ts";

/** Keeps what is written, as the kernel would: a copy of the bytes at that time. */
class Recorder implements ByteSink {
  readonly chunks: Buffer[] = [];
  corked = 0;

  write(chunk: Uint8Array): boolean {
    this.chunks.push(Buffer.from(chunk));
    return true;
  }

  cork(): void {
    this.corked += 1;
  }

  uncork(): void {
    this.corked -= 1;
  }

  get bytes(): Buffer {
    return Buffer.concat(this.chunks);
  }
}

function write(...bodies: unknown[]): Buffer {
  const recorder = new Recorder();
  for (const body of bodies) writeFrame(recorder, body, "value");
  return recorder.bytes;
}

function read(...chunks: Uint8Array[]): unknown[] {
  const bodies: unknown[] = [];
  const reader = new FrameReader((body) => bodies.push(body));
  for (const chunk of chunks) reader.read(Buffer.from(chunk));
  expect(reader.isEmpty).toBe(true);
  return bodies;
}

const bytesMessage = fc.tuple(
  fc.maxSafeNat(),
  fc.integer(),
  fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.float64Array({ maxLength: 8 }),
    fc.bigInt64Array({ maxLength: 8 }),
    fc.uint8Array({ minLength: 4, maxLength: 40 }).map((bytes) => bytes.subarray(1, 3)),
    fc.uint8Array({ minLength: 8, maxLength: 40 }).map((bytes) => new DataView(bytes.buffer, 2, 5)),
    fc.uint8Array({ minLength: 1, maxLength: 40 }).map((bytes) => bytes.buffer),
  ),
);

describe("frames as bytes", () => {
  it("arrive whole and in order, however their bytes are cut", () => {
    const sent = fc.oneof(
      fc.record({ form: fc.constant("text" as const), body: fc.jsonValue() }),
      fc.record({
        form: fc.constant("value" as const),
        body: fc.oneof(
          fc.anything({ withMap: true, withDate: true, withTypedArray: true, withBigInt: true }),
          bytesMessage,
        ),
      }),
    );
    fc.assert(
      fc.property(
        fc.array(sent, { maxLength: 6 }),
        fc.array(fc.nat(), { maxLength: 12 }),
        (frames, places) => {
          const recorder = new Recorder();
          for (const { form, body } of frames) {
            writeFrame(recorder, form === "text" ? JSON.stringify(body) : body, form);
          }
          const { bytes } = recorder;
          const cuts = places.map((place) => place % (bytes.length + 1)).sort((left, right) => left - right);
          const chunks = [0, ...cuts].map((from, index) => bytes.subarray(from, cuts[index] ?? bytes.length));
          const expected = frames.map(({ form, body }) =>
            form === "text" ? JSON.parse(JSON.stringify(body)) : structuredClone(body),
          );
          expect(read(...chunks)).toEqual(expected);
        },
      ),
      { numRuns: 500 },
    );
  });

  it("arrive when every byte comes alone", () => {
    const bodies = [[1, 2, new Uint16Array([3, 4])], "text", [5, 6, new Uint8Array(3).buffer], { seven: 8 }];
    expect(read(...Array.from(write(...bodies), (byte) => Uint8Array.of(byte)))).toEqual(bodies);
  });

  it("are one chunk when small, and header and body in one go when large", () => {
    const small = new Recorder();
    writeFrame(small, '["a"]', "text");
    writeFrame(small, { a: 1 }, "value");
    expect(small.chunks).toHaveLength(2);
    const large = new Recorder();
    writeFrame(large, JSON.stringify("b".repeat(20_000)), "text");
    expect(large.chunks.map((chunk) => chunk.length)).toEqual([FRAME_HEADER_BYTES, 20_002]);
    expect(large.corked).toBe(0);
  });

  it("keep bytes in a buffer of their own", () => {
    const bytes = write([1, 2, new Uint8Array([7, 8, 9])]);
    const views = [read(bytes), read(bytes.subarray(0, 9), bytes.subarray(9))].map(
      ([body]) => (body as unknown[])[2],
    );
    for (const view of views as Uint8Array[]) {
      expect(view.buffer.byteLength).toBe(3);
      expect([...view]).toEqual([7, 8, 9]);
    }
  });

  it("keep the whole buffer of a view, as a clone does", () => {
    const view = new Uint8Array([1, 2, 3, 4, 5]).subarray(1, 3);
    const [[, , same]] = read(write([1, 0, view])) as [[number, number, Uint8Array]];
    expect([...new Uint8Array(same.buffer)]).toEqual([1, 2, 3, 4, 5]);
    expect([same.byteOffset, same.length]).toEqual([1, 2]);
  });

  it("carry a Buffer as the Uint8Array that a clone makes of it", () => {
    const [[, , same]] = read(write([1, 0, Buffer.from("abc")])) as [[number, number, Uint8Array]];
    expect(Object.getPrototypeOf(same)).toBe(Uint8Array.prototype);
    expect(Buffer.from(same).toString()).toBe("abc");
  });

  it("keep what ids and codes may be", () => {
    const bodies = [
      [2 ** 53, -1, new Uint8Array([1])],
      [0, 2 ** 32, new Uint8Array([1])],
    ];
    expect(read(write(...bodies))).toEqual(bodies);
  });

  it("take transferred buffers away, and write them without a copy", () => {
    const recorder = new Recorder();
    const { buffer } = new Uint8Array([1, 2, 3]);
    const nested = new ArrayBuffer(8);
    writeFrame(recorder, [1, 0, buffer], "value", [buffer]);
    writeFrame(recorder, { nested }, "value", [nested]);
    expect([buffer.byteLength, nested.byteLength]).toEqual([0, 0]);
    expect(recorder.chunks[1]).toEqual(Buffer.from([1, 2, 3]));
    expect(read(recorder.bytes)).toEqual([
      [1, 0, new Uint8Array([1, 2, 3]).buffer],
      { nested: new ArrayBuffer(8) },
    ]);
  });

  it("write nothing, and take nothing away, when a value can't be cloned", () => {
    const recorder = new Recorder();
    const buffer = new ArrayBuffer(8);
    const bodies = [
      () => {},
      { deep: [Symbol("x")] },
      [1, 0, new Uint8Array(new SharedArrayBuffer(4))],
      [1, Promise.resolve(), buffer],
    ];
    for (const body of bodies) {
      expect(() => writeFrame(recorder, body, "value", [buffer])).toThrow();
    }
    expect(recorder.chunks).toHaveLength(0);
    expect(buffer.byteLength).toBe(8);
  });

  it("refuse a buffer that was moved away", () => {
    const buffer = new ArrayBuffer(8);
    structuredClone(buffer, { transfer: [buffer] });
    expect(() => write([1, 0, buffer])).toThrow(/could not be cloned|detached/);
  });

  it("pass a getter's own error on", () => {
    const body = {
      get value(): never {
        throw new RangeError("mine");
      },
    };
    expect(() => write(body)).toThrow(new RangeError("mine"));
  });
});

describe("a frame reader", () => {
  it.each([
    ["text", Buffer.from("a line of output\n")],
    ["a length of nothing", Buffer.from([0, 0, 0, 0, 0])],
    ["an empty body", Buffer.from([1, 0, 0, 0, 1])],
    ["an unknown tag", Buffer.from([2, 0, 0, 0, 3, 0])],
    ["bytes without their header", Buffer.from([9, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0])],
  ])("refuses %s at once", (_, bytes) => {
    expect(() => read(bytes)).toThrow(/not a frame .* file descriptor 4/);
    expect(() => read(...Array.from(bytes, (byte) => Uint8Array.of(byte)))).toThrow(/not a frame/);
  });

  it("refuses a length over the limit before it makes room for it", () => {
    const header = Buffer.alloc(FRAME_HEADER_BYTES);
    header.writeUInt32LE(MAX_FRAME_BYTES + 1);
    expect(() => read(header)).toThrow(/not a frame/);
  });

  it("says which frame could not be read", () => {
    const broken = Buffer.from([3, 0, 0, 0, 1, 0x7b, 0x7b]);
    expect(() => read(broken)).toThrow(/could not be read: SyntaxError/);
    const badView = write([1, 0, new Uint8Array([1, 2, 3])]);
    badView.writeUInt32LE(4, FRAME_HEADER_BYTES + 20);
    expect(() => read(badView)).toThrow(/could not be read: RangeError/);
  });

  it("reads the frames behind one whose listener threw", async () => {
    const thrown: unknown[] = [];
    const listeners = process.listeners("uncaughtException");
    process.removeAllListeners("uncaughtException");
    const caught = new Promise<void>((resolve) => {
      process.once("uncaughtException", (error) => {
        thrown.push(error);
        resolve();
      });
    });
    const bodies: unknown[] = [];
    const reader = new FrameReader((body) => {
      bodies.push(body);
      if (body === 1) throw new Error("of the listener");
    });
    reader.read(write(1, 2));
    await caught;
    for (const listener of listeners) process.on("uncaughtException", listener);
    expect(bodies).toEqual([1, 2]);
    expect(thrown).toEqual([new Error("of the listener")]);
  });
});
