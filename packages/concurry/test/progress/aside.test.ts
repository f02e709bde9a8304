import { Buffer } from "node:buffer";
import { expect, test, vi } from "vitest";
import { Aside, CLEAR_BELOW } from "../../src/progress/aside.ts";

interface FakeStream {
  readonly isTTY: boolean;
  write(chunk: string | Uint8Array): boolean;
}

/** A stream that keeps what is written to it. */
function stream(written: string[], isTTY = true): FakeStream {
  return {
    isTTY,
    write: (chunk) => {
      written.push(typeof chunk === "string" ? chunk : Buffer.from(chunk).toString());
      return true;
    },
  };
}

test("what is printed on the terminal wipes the bars away first, and what is drawn next begins on a line of its own", () => {
  const written: string[] = [];
  const printed = vi.fn();
  const [terminal, other] = [stream(written), stream(written)];
  const aside = new Aside(terminal, printed);
  aside.begin([terminal, other]);
  expect(other.write("a\n")).toBe(true);
  aside.write("bar");
  other.write(Buffer.from("half"));
  terminal.write("");
  aside.write("bar");
  expect(written).toEqual([CLEAR_BELOW, "a\n", "bar", CLEAR_BELOW, "half", CLEAR_BELOW, "", "\nbar"]);
  expect(printed).toHaveBeenCalledTimes(3);
  aside.end();
  other.write("later\n");
  expect(written.at(-1)).toBe("later\n");
  expect(written.filter((text) => text === CLEAR_BELOW)).toHaveLength(3);
});

test("a stream that is no terminal is left alone", () => {
  const written: string[] = [];
  const file = stream(written, false);
  const { write } = file;
  new Aside(stream([]), () => {}).begin([file]);
  expect(file.write).toBe(write);
});

test("who wraps a stream while there are bars is never called twice, nor left out", () => {
  const written: string[] = [];
  const terminal = stream(written);
  const aside = new Aside(terminal, () => {});
  aside.begin([terminal]);
  const ours = terminal.write;
  const seen: unknown[] = [];
  terminal.write = (chunk) => {
    seen.push(chunk);
    return ours.call(terminal, chunk);
  };
  aside.end();
  aside.begin([terminal]);
  terminal.write("text\n");
  expect(written).toEqual([CLEAR_BELOW, "text\n"]);
  aside.end();
  terminal.write("more\n");
  expect(written).toEqual([CLEAR_BELOW, "text\n", "more\n"]);
  expect(seen.filter((chunk) => chunk !== CLEAR_BELOW)).toEqual(["text\n", "more\n"]);
});
