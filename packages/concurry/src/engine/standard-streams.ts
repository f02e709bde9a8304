import type { Stream } from "node:stream";
import { show } from "../util/show.ts";

/** Where one of a worker's three standard streams goes. A number is a file descriptor; processes only. */
export type StandardStream = "inherit" | "ignore" | number | Stream;

/**
 * Reads the `stdio` option: one word for all three streams, or a list of three.
 *
 * @throws {TypeError} For anything else. `"pipe"` is refused too: nobody would read the other end.
 */
export function standardStreams(stdio: unknown): [StandardStream, StandardStream, StandardStream] {
  if (stdio === undefined || stdio === null) return ["inherit", "inherit", "inherit"];
  if (!Array.isArray(stdio)) {
    const stream = standardStream(stdio);
    return [stream, stream, stream];
  }
  if (stdio.length > 3) {
    throw new TypeError(`stdio takes the first three streams only, got ${stdio.length} entries`);
  }
  return [standardStream(stdio[0]), standardStream(stdio[1]), standardStream(stdio[2])];
}

function standardStream(entry: unknown): StandardStream {
  if (entry === undefined || entry === null) return "inherit";
  if (entry === "inherit" || entry === "ignore" || typeof entry === "number") return entry;
  if (typeof entry === "object" && "pipe" in entry) return entry as Stream;
  throw new TypeError(`stdio must be "inherit", "ignore", a file descriptor or a stream, got ${show(entry)}`);
}
