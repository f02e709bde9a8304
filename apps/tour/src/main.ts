import { readArguments, UsageError, usage } from "./arguments.ts";
import { CheckError } from "./check-error.ts";
import { Interrupt } from "./interrupt.ts";
import { Screen } from "./render/screen.ts";
import { allSteps } from "./steps/all-steps.ts";
import { runTour } from "./tour.ts";

const EXIT_FAILED = 1;
const EXIT_WRONG_USAGE = 2;
const DIFFERENCES_SHOWN = 5;

async function main(): Promise<number> {
  const screen = new Screen(process.stdout);
  const interrupt = new Interrupt();
  try {
    const names = allSteps.map((step) => step.name);
    const options = readArguments(process.argv.slice(2), names);
    if (options.isHelp) process.stdout.write(usage(allSteps));
    else await runTour(options, screen, interrupt);
    return interrupt.exitCode ?? 0;
  } catch (error) {
    if (interrupt.exitCode !== undefined) {
      screen.line("ended before its time");
      return interrupt.exitCode;
    }
    return explain(screen, error);
  } finally {
    interrupt.close();
  }
}

/** Prints what went wrong, and gives the exit code for it. */
function explain(screen: Screen, error: unknown): number {
  if (error instanceof UsageError) {
    process.stderr.write(`${error.message}\nnpm start -- --help shows what can be asked for\n`);
    return EXIT_WRONG_USAGE;
  }
  if (!(error instanceof CheckError)) throw error;
  screen.line(screen.paint("bad", `FAILED  ${error.message}`));
  for (const difference of error.differences.slice(0, DIFFERENCES_SHOWN))
    screen.line(`        ${difference}`);
  const more = error.differences.length - DIFFERENCES_SHOWN;
  if (more > 0) screen.line(`        and ${more} more`);
  return EXIT_FAILED;
}

process.exitCode = await main();
