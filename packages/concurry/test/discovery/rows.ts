import { expect, test } from "vitest";
import { type ProgramRun, runProgram } from "./run-program.ts";

/** The modes that need a class to be found again. */
export const MODES = ["thread", "process"] as const;
export type HostedMode = (typeof MODES)[number];

/** The major version of the Node that runs this test and its programs. */
export const NODE_MAJOR = Number(process.versions.node.split(".")[0]);

/** One row of the matrix: a program, and what it must do. */
export interface Row {
  readonly name: string;
  /** Path of the program in its folder. */
  readonly program: string;
  /** Flags of Node before it. */
  readonly flags?: readonly string[];
  /** How the hosts found their classes, one entry for each host, in any order. */
  readonly via: readonly string[];
  /** More facts that every host must tell. */
  readonly facts?: Readonly<Record<string, string>>;
  /** What it prints; default "result: 3". */
  readonly output?: string | RegExp;
  /** What it writes to stderr; default nothing. */
  readonly errors?: string | RegExp;
  readonly exitCode?: number;
  /** Major versions of Node that have what it needs; default all. */
  readonly nodes?: readonly number[];
  /** Some of its hosts run in the other mode. */
  readonly isMixed?: boolean;
  /** Without the lines of hosts. */
  readonly isPlain?: boolean;
  /** More arguments behind the mode; made for each run. */
  readonly more?: () => Promise<readonly string[]>;
}

/** Runs each row once with threads and once with processes. */
export function testRows(folder: () => string, rows: readonly Row[]): void {
  for (const row of rows) {
    for (const mode of MODES) {
      const isMissing = row.nodes !== undefined && !row.nodes.includes(NODE_MAJOR);
      test.skipIf(isMissing)(`${row.name}, in a ${mode}`, async () => {
        const given = [...(row.flags ?? []), row.program, mode, ...((await row.more?.()) ?? [])];
        checkRun(await runProgram(folder(), given, { isDebugged: !row.isPlain }), row, mode, folder());
      });
    }
  }
}

/** Compares what a program did with its row; "%mode" and "%folder" stand for what they say. */
export function checkRun(
  run: ProgramRun,
  row: Omit<Row, "name" | "program">,
  mode: HostedMode,
  folder: string,
): void {
  const fill = (text: string | RegExp): string | RegExp =>
    typeof text === "string" ? text.replaceAll("%mode", mode).replaceAll("%folder", folder) : text;
  const told = { output: run.output, errors: run.errors, code: run.code, leftBehind: run.leftBehind };
  expect(told).toEqual({
    output: matching(fill(row.output ?? "result: 3")),
    errors: matching(fill(row.errors ?? "")),
    code: row.exitCode ?? 0,
    leftBehind: [],
  });
  expect(run.hosts.map(({ via }) => via).sort()).toEqual([...row.via].sort());
  for (const host of run.hosts)
    expect(host).toMatchObject({ ...(row.isMixed ? {} : { mode }), ...row.facts });
}

function matching(text: string | RegExp): unknown {
  return typeof text === "string" ? text : expect.stringMatching(text);
}
