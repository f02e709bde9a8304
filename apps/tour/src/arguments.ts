import { parseArgs } from "node:util";

/** What the command line asks for. */
export interface TourArguments {
  /** Names of the steps to run, in the order given; none means all. */
  readonly steps: readonly string[];
  /** Folder with the files to work on; `undefined` for the installed dependencies. */
  readonly folder: string | undefined;
  /** How much of the files is used, in bytes. */
  readonly budgetBytes: number;
  /** Results of an earlier run to check against, instead of the plain loop's. */
  readonly expectedFile: string | undefined;
  /** Where to keep the results of this run. */
  readonly keptFile: string | undefined;
  readonly isHelp: boolean;
}

/** The command line can't be used as it is; the message says why. */
export class UsageError extends Error {
  override readonly name: string = "UsageError";
}

const DEFAULT_MEGABYTES = 24;
const BYTES_PER_MEGABYTE = 1_000_000;

/**
 * Reads the command line.
 *
 * @throws {UsageError} For an unknown option or step, or a number out of range.
 */
export function readArguments(argv: readonly string[], stepNames: readonly string[]): TourArguments {
  const { values, positionals } = parse(argv);
  for (const name of positionals) {
    if (!stepNames.includes(name))
      throw new UsageError(`no step "${name}"; the steps are ${stepNames.join(", ")}`);
  }
  const megabytes = Number(values.megabytes ?? DEFAULT_MEGABYTES);
  if (!(megabytes > 0)) throw new UsageError(`--megabytes must be a number above 0, got ${values.megabytes}`);
  return {
    steps: positionals,
    folder: values.files,
    budgetBytes: megabytes * BYTES_PER_MEGABYTE,
    expectedFile: values.expect,
    keptFile: values.keep,
    isHelp: values.help === true,
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        files: { type: "string" },
        megabytes: { type: "string" },
        expect: { type: "string" },
        keep: { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** The text of `--help`. */
export function usage(steps: readonly { readonly name: string; readonly title: string }[]): string {
  const width = Math.max(...steps.map((step) => step.name.length));
  return `Analyses source files with worker pools, in short steps that check each other.

  npm start                          all steps
  npm start -- <step> …              only these
  npm start -- --files <folder>      your own files instead of the installed dependencies

Steps
${steps.map((step) => `  ${step.name.padEnd(width)}  ${step.title}`).join("\n")}

Options
  --files <folder>    where to look for .js .cjs .mjs .ts .cts .mts and .d.ts files
  --megabytes <n>     how much of them is used (default ${DEFAULT_MEGABYTES})
  --keep <file>       writes the reports of all files there, a line of JSON each
  --expect <file>     checks all results against such a file instead of a plain loop
  -h, --help          this text

Ends with 0 when all went well, 1 when a result is not the expected one, 2 for a wrong command line.
`;
}
