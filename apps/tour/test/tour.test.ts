import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runTour } from "./run-tour.ts";

/** A small folder of real source files: the tour's own. */
const FILES = fileURLToPath(new URL("../src", import.meta.url));
const CLEAN_END = { leftFiles: [], hasLeftProcesses: false };
const LONG_STEPS = [
  "modes",
  "balancers",
  "chain",
  "batch",
  "progress",
  "failures",
  "supervise",
  "streams",
  "tasks",
  "worker-status",
  "pipeline",
];
const STEPS = [...LONG_STEPS, "stats"];

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tour-end-to-end-"));
});

afterAll(() => rm(folder, { recursive: true }));

test("all steps run on a small folder, with plain lines, and leave nothing behind", async () => {
  const result = await runTour(["--files", FILES]);

  expect(result.output).not.toContain("FAILED");
  expect(result).toMatchObject({ exitCode: 0, errors: "", ...CLEAN_END });
  expect(result.output).not.toContain("\u001b");
  for (const line of [
    /^modes: /m,
    /^ {2}"process" .* \d\.\d\d ×/m,
    /reports equal the plain loop's in every mode/,
    /^ {2}shared_queue .* \d+ \+ \d+ /m,
    /the result file .* holds what the plain loop found/,
    /^ {2}count +process +\d+ /m,
    /^ {2}pack +thread +\d+ /m,
    /The archive is that of the loop, byte for byte/,
    /^ {2}requests +1,000 answered, \d+ failed \(503\), \d+ refused \(429\)$/m,
    /^ {2}tokens +sliding_window +15,000 /m,
    /^ {2}0 +\d+ +\d+ +\d+$/m,
    /NotTextError/,
    /WORKER_CRASHED/,
    /none is lost/,
    /worker 1 +dead \(SIGKILL\), seen .* later$/m,
    /worker 2 +dead \(exit code 3\), seen .* later$/m,
    /its worker died while it ran "squeeze" \(signal SIGKILL\)\. Once more in/,
    /worker 0 +up again, /,
    /^ {2}resize\(2\) +from 4 workers to 2 in /m,
    /^ {2}\d[\d,]* lines? in .*; the plain loop finds the same places\.$/m,
    /^ {2}frequent names {2}\w+ \d+/m,
    /^ {2}12 steps in .*, every result as expected\.$/m,
  ]) {
    expect(result.output).toMatch(line);
  }
});

test("a result that is not as expected ends the tour with code 1 and names what differs", async () => {
  const expected = join(folder, "expected.jsonl");
  const kept = await runTour(["modes", "--files", FILES, "--keep", expected]);
  const right = await runTour(["stats", "--files", FILES, "--expect", expected]);
  const text = await readFile(expected, "utf8");
  const words = Number(/"words":(\d+)/.exec(text)?.[1]);
  await writeFile(expected, text.replace(`"words":${words}`, `"words":${words + 1}`));

  const wrong = await runTour(["stats", "--files", FILES, "--expect", expected]);

  expect(kept).toMatchObject({ exitCode: 0, ...CLEAN_END });
  expect(right).toMatchObject({ exitCode: 0, ...CLEAN_END });
  expect(wrong).toMatchObject({ exitCode: 1, ...CLEAN_END });
  expect(wrong.output).toContain("FAILED  mode thread");
  expect(wrong.output).toContain(`words is ${words}, expected ${words + 1}`);
});

test.each(LONG_STEPS)("an interrupt in the step %s ends the tour cleanly", async (step) => {
  let isInterrupted = false;
  const result = await runTour([step, "--megabytes", "10"], (output, interrupt) => {
    if (isInterrupted || !output.includes(`${step}: `)) return;
    isInterrupted = true;
    interrupt();
  });

  expect(result).toMatchObject({ exitCode: 130, errors: "", ...CLEAN_END });
  expect(result.output).toContain("ended before its time");
});

test("an unknown step ends the tour with code 2 and the names of the steps", async () => {
  const result = await runTour(["mode"]);

  expect(result).toMatchObject({ exitCode: 2, output: "", ...CLEAN_END });
  expect(result.errors).toContain(`no step "mode"; the steps are ${STEPS.join(", ")}`);
});

test("the help names every step", async () => {
  const result = await runTour(["--help"]);

  expect(result).toMatchObject({ exitCode: 0, errors: "", ...CLEAN_END });
  for (const step of STEPS) {
    expect(result.output).toMatch(new RegExp(`^ {2}${step} +\\S`, "m"));
  }
});
