import { execFile } from "node:child_process";
import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterEach, describe, expect, test } from "vitest";
import { commandOf, plainEnvironment, TerminalProgram, type TerminalSize, timeless } from "./terminal.ts";

const BARS = new URL("./programs/bars.ts", import.meta.url);
const WORKER_BARS = new URL("./programs/worker-bars.ts", import.meta.url);

const BUNDLED = new URL("./programs/bundled.ts", import.meta.url);

const programs: TerminalProgram[] = [];
const folders: string[] = [];

function start(program: URL, name: string, size?: TerminalSize): TerminalProgram {
  const started = new TerminalProgram(commandOf(program, name), size);
  programs.push(started);
  return started;
}

/** Runs a program whose standard error is a pipe. */
function piped(name: string): Promise<{ readonly stdout: string; readonly stderr: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      commandOf(BARS, name),
      { env: plainEnvironment() },
      (_error, stdout, stderr) => {
        resolve({ stdout, stderr: timeless(stderr) });
      },
    );
  });
}

afterEach(() => {
  for (const program of programs.splice(0)) program.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

describe("bars on a terminal", () => {
  test("have one line each, and become ordinary lines as they end", async () => {
    const program = start(BARS, "several");
    await program.shows("More words 7 items");
    expect(program.lines).toMatchInlineSnapshot(`
      [
        "Files ████████████████░░░░░░░░░░░░░░░░░░░░░░░░ 40% | 4/10 files | R files/s | T s left",
        "Pages ████████████████████░░░░░░░░░░░░░░░░░░░░ 50% | 100/200 items | R items/s | T s left",
        "More words 7 items | R items/s | T s",
      ]
    `);
    program.press("k");
    await program.until("drawn below what has ended", (lines) => {
      return lines.join("\n").includes("disk full") && lines.at(-1)?.startsWith("More words") === true;
    });
    expect(program.lines).toMatchInlineSnapshot(`
      [
        "✔ Files: 4/10 files in T s: all there",
        "✖ Pages: failed after 100/200 items in T s: disk full really",
        "More words 7 items | R items/s | T s",
      ]
    `);
    expect(program.everything).toContain("\x1b[32m✔ Files");
    expect(program.everything).toContain("\x1b[31m✖ Pages");
    program.press("k");
    expect(await program.ended()).toMatchInlineSnapshot(`
      [
        "✔ Files: 4/10 files in T s: all there",
        "✖ Pages: failed after 100/200 items in T s: disk full really",
        "■ More words: stopped after 7 items in T s",
      ]
    `);
    expect(program.everything).toContain("\x1b[33m■ More words");
    expect(program.cursor).toEqual({ row: 3, column: 0 });
  });

  test("never hide the cursor nor change how lines wrap, so no signal has to restore it", async () => {
    const program = start(BARS, "waiting");
    await program.shows("Waiting");
    program.press("\x03");
    await program.ended();
    expect(program.exit).toMatchObject({ signal: 2 });
    expect(program.everything).not.toContain("\x1b[?");
  });

  test("can be lines instead, or nothing", async () => {
    const program = start(BARS, "styles");
    expect(await program.ended()).toMatchInlineSnapshot(`
      [
        "✔ auto: 2/4 items in T s",
        "✔ bar: 2/4 items in T s",
        "line: 2/4 items in T s",
      ]
    `);
  });

  test("stay below what the program prints, and lose none of it", async () => {
    const program = start(BARS, "beside");
    await program.shows("More words 7 items");
    program.press("k");
    await program.until("all printed and drawn again", (lines) => {
      return lines.includes("half a line") && lines.some((line) => line.includes("More words"));
    });
    expect(program.lines).toMatchInlineSnapshot(`
      [
        "a line of console.log",
        "one of console.error",
        "and another",
        "half a line",
        "Files ████████████████░░░░░░░░░░░░░░░░░░░░░░░░ 40% | 4/10 files | R files/s | T s left",
        "Pages ████████████████████░░░░░░░░░░░░░░░░░░░░ 50% | 100/200 items | R items/s | T s left",
        "More words 7 items | R items/s | T s",
      ]
    `);
    program.press("k");
    await program.shows("5/10");
    expect(program.lines.find((line) => line.startsWith("a line of another process"))).toHaveLength(110);
    program.press("k");
    expect(await program.ended()).toMatchInlineSnapshot(`
      [
        "a line of console.log",
        "one of console.error",
        "and another",
        "half a line",
        "a line of another process.....................................................................................",
        "■ Files: stopped after 5/10 files in T s",
        "■ Pages: stopped after 100/200 items in T s",
        "■ More words: stopped after 7 items in T s",
      ]
    `);
  });

  test("move in a loop that never yields", async () => {
    const program = start(BARS, "blocking");
    await program.ended();
    for (const count of [1, 2, 3, 4]) expect(program.everything).toContain(`${count}/5 items`);
    expect(program.lines.slice(-2)).toMatchInlineSnapshot(`
      [
        "✔ Blocking: 5/5 items in T s",
        "1,2,3,4,5",
      ]
    `);
  });

  test("that don't fit on the screen wait for others to end", async () => {
    const program = start(BARS, "many", { rows: 8 });
    await program.shows("bar 6 ");
    expect(program.lines).toHaveLength(7);
    program.press("k");
    await program.shows("bar 26 ");
    const names = program.lines.map((line) => line.split(/:| [█░]/)[0]);
    expect(names.slice(0, 20)).toEqual(Array.from({ length: 20 }, (_, index) => `✔ bar ${index}`));
    expect(program.lines).toHaveLength(27);
    program.press("k");
    const lines = await program.ended();
    expect(lines).toHaveLength(30);
    expect(lines.filter((line) => line.startsWith("■ bar 2"))).toHaveLength(10);
  });

  test("fit into a narrow one, wide letters too", async () => {
    const program = start(BARS, "narrow", { columns: 40 });
    const lines = await program.shows("50%");
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^文件文件文件… █+░+ 50%/);
  });

  test("are lines where the terminal can't move its cursor", async () => {
    const program = start(BARS, "several", { environment: { TERM: "dumb" } });
    program.press("k");
    await program.shows("disk full");
    program.press("k");
    await program.ended();
    expect(program.everything).not.toContain("\x1b[");
  });

  test("don't keep the program alive, and stop with it", async () => {
    const program = start(BARS, "unfinished");
    expect(await program.ended()).toEqual(["■ Unfinished: stopped after 3/10 items in T s"]);
    expect(program.exit).toMatchObject({ exitCode: 0 });
  });

  test("stop before an error that ends the program is shown", async () => {
    const program = start(BARS, "uncaught");
    const lines = await program.ended();
    expect(lines[0]).toBe("■ Uncaught: stopped after 3/10 items in T s");
    expect(lines.join("\n")).toContain("RangeError: out of reach");
  });
});

describe("bars of a bundle", () => {
  async function bundled(format: "cjs" | "esm"): Promise<TerminalProgram> {
    const folder = await mkdtemp(join(tmpdir(), "concurry-bars-"));
    folders.push(folder);
    const outfile = join(folder, format === "cjs" ? "bundle.cjs" : "bundle.mjs");
    await build({ entryPoints: [fileURLToPath(BUNDLED)], bundle: true, platform: "node", format, outfile });
    const program = new TerminalProgram([outfile]);
    programs.push(program);
    return program;
  }

  test("move where it is CommonJS", async () => {
    const program = await bundled("cjs");
    await program.shows("First █");
    program.press("k");
    await program.ended();
    expect(program.exit).toMatchObject({ exitCode: 0 });
  });

  test("are lines in ES modules, where the library finds no modules of Node", async () => {
    const program = await bundled("esm");
    await program.shows("ready");
    program.press("k");
    expect(await program.ended()).toEqual([
      "ready",
      "✔ First: 3/10 items in T s",
      "Second: 4/10 items in T s",
    ]);
  });
});

describe("bars in a file or pipe", () => {
  test("are a line each when they end", async () => {
    expect(await piped("styles")).toMatchInlineSnapshot(`
      {
        "stderr": "auto: 2/4 items in T s
      bar: 2/4 items in T s
      line: 2/4 items in T s
      ",
        "stdout": "",
      }
    `);
  });

  test("stop with the program, and leave what it prints alone", async () => {
    expect(await piped("unfinished")).toEqual({
      stdout: "",
      stderr: "Unfinished: stopped after 3/10 items in T s\n",
    });
    expect((await piped("blocking")).stdout).toBe("1,2,3,4,5\n");
  });
});

describe("bars inside workers", () => {
  test("are shown by the program, and stop when their worker dies", async () => {
    const program = start(WORKER_BARS, "");
    await program.until("all there", (lines) =>
      ["inline", "thread", "process", "nested"].every((name) => lines.join("\n").includes(`${name} █`)),
    );
    expect(program.lines.toSorted()).toMatchInlineSnapshot(`
      [
        "inline ████████████░░░░░░░░░░░░░░░░░░░░░░░░░░░░ 30% | 3/10 items | R items/s | T s left",
        "nested ████████████░░░░░░░░░░░░░░░░░░░░░░░░░░░░ 30% | 3/10 items | R items/s | T s left",
        "process ████████████░░░░░░░░░░░░░░░░░░░░░░░░░░░░ 30% | 3/10 items | R items/s | T s left",
        "thread ████████████░░░░░░░░░░░░░░░░░░░░░░░░░░░░ 30% | 3/10 items | R items/s | T s left",
      ]
    `);
    program.press("k");
    await program.until("printed above the bars, which go on", (lines) => {
      const above = lines.slice(0, 2);
      return (
        lines.length === 6 &&
        ["thread", "process"].every((one) => above.some((line) => line.startsWith(`a line of a ${one}`)))
      );
    });
    program.press("k");
    await program.shows("✔ thread: 3/10 items in T s: well done");
    program.press("k");
    await program.shows("■ process: stopped after 3/10 items");
    await program.shows("■ nested: stopped after 3/10 items");
    program.press("k");
    const lines = await program.ended();
    expect(lines.slice(-2)).toMatchInlineSnapshot(`
      [
        "✖ Gathered: failed after 3/3 items in T s: 1 failed",
        "■ inline: stopped after 3/10 items in T s",
      ]
    `);
    expect(program.exit).toMatchObject({ exitCode: 0 });
  });
});
