import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { standardStreams } from "../../src/engine/standard-streams.ts";

describe("the standard streams of a worker", () => {
  const stream = new PassThrough();

  it.each([
    [undefined, ["inherit", "inherit", "inherit"]],
    ["ignore", ["ignore", "ignore", "ignore"]],
    [["ignore"], ["ignore", "inherit", "inherit"]],
    [
      [null, 1, stream],
      ["inherit", 1, stream],
    ],
  ])("%o are read as a list of three", (given, streams) => {
    expect(standardStreams(given)).toEqual(streams);
  });

  it("go nowhere that nobody reads", () => {
    expect(() => standardStreams("pipe")).toThrow(
      new TypeError('stdio must be "inherit", "ignore", a file descriptor or a stream, got "pipe"'),
    );
    expect(() => standardStreams(["inherit", {}])).toThrow(TypeError);
  });

  it("are three", () => {
    expect(() => standardStreams(["ignore", "ignore", "ignore", "ipc"])).toThrow(
      "stdio takes the first three streams only, got 4 entries",
    );
  });
});
