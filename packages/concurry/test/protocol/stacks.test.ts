import { expect, test } from "vitest";
import { joinStacks } from "../../src/protocol/stacks.ts";
import { decodeThrown, encodeThrown, type WireThrown } from "../../src/protocol/wire-error.ts";

const worker = ["TypeError: no", "    at inner (/w/user.js:1:2)", "    at /w/other.js:3:4"];

test("the caller's awaiting functions follow the worker's frames", () => {
  const caller = ["    at async load (file:///app/main.js:9:3)", "    at async Promise.all (index 0)"];

  expect(joinStacks(worker.join("\n"), caller).split("\n")).toEqual([...worker, ...caller]);
  expect(joinStacks(worker.join("\n"), [])).toBe(worker.join("\n"));
});

test("frames of this package are left out, on both sides; lines of the message are not", () => {
  const own = new URL("../../src/host/run-method.ts", import.meta.url);
  const message = `Error: see ${own.pathname}`;
  const joined = joinStacks(
    [
      message,
      `    at run (${own.pathname}:1:1)`,
      `    at async run (${own.href}:2:2)`,
      "    at user (/u.js:1:1)",
    ].join("\n"),
    [`    at async attempt (${own.href}:3:3)`, "    at async user (/u.js:2:2)"],
  );

  expect(joined.split("\n")).toEqual([message, "    at user (/u.js:1:1)", "    at async user (/u.js:2:2)"]);
});

test("an error rebuilt in a rejection's reaction names the functions that await it", async () => {
  const wire = encodeThrown(new RangeError("from afar"), { wire: "clone" });
  const call = (): Promise<never> => {
    const answer = new Promise((_resolve, reject) => setImmediate(reject, wire));
    return answer.then(undefined, () => {
      throw decodeThrown(wire);
    }) as Promise<never>;
  };
  async function innerCaller(): Promise<void> {
    await call();
  }
  async function outerCaller(): Promise<void> {
    await innerCaller();
  }
  const error = await outerCaller().catch((reason: Error) => reason);
  const lines = (error as Error).stack?.split("\n") ?? [];
  const inner = lines.findIndex((line) => line.includes("innerCaller"));

  expect(lines[0]).toBe("RangeError: from afar");
  expect(lines[inner + 1]).toContain("outerCaller");
  // What rebuilt the error is not among its frames.
  expect(lines.join("\n")).not.toContain("/src/protocol/");
  expect(lines[inner - 1]).toBe(wireLine(wire, -1));
});

test("a formatter of the program's own that fails or gives no text breaks nothing", () => {
  const wire = encodeThrown(new Error("a"), { wire: "clone" });
  const before = Error.prepareStackTrace;
  try {
    for (const format of [
      () => [1, 2],
      () => {
        throw new Error("formatter");
      },
    ]) {
      Error.prepareStackTrace = format;
      expect((decodeThrown(wire) as Error).message).toBe("a");
      expect(encodeThrown(new Error("b"), { wire: "clone" })).toMatchObject({ errors: [{ message: "b" }] });
    }
  } finally {
    Error.prepareStackTrace = before;
  }
});

function wireLine(wire: WireThrown, index: number): string | undefined {
  return "errors" in wire ? wire.errors[0]?.stack?.split("\n").at(index) : undefined;
}
