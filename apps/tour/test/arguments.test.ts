import { expect, test } from "vitest";
import { readArguments, UsageError, usage } from "../src/arguments.ts";

const steps = ["modes", "chain"];

test("no arguments mean all steps on the installed dependencies", () => {
  expect(readArguments([], steps)).toMatchObject({ steps: [], folder: undefined, isHelp: false });
});

test("steps, folder and size are taken from the command line", () => {
  expect(readArguments(["chain", "--files", "lib", "--megabytes", "0.5"], steps)).toMatchObject({
    steps: ["chain"],
    folder: "lib",
    budgetBytes: 500_000,
  });
});

test.each([[["nothing"]], [["--nothing"]], [["--megabytes", "0"]], [["--megabytes", "many"]], [["--files"]]])(
  "%j is refused",
  (argv) => {
    expect(() => readArguments(argv, steps)).toThrow(UsageError);
  },
);

test("an unknown step is refused with the names of those there are", () => {
  expect(() => readArguments(["mode"], steps)).toThrow('no step "mode"; the steps are modes, chain');
});

test("the help names every step", () => {
  expect(usage([{ name: "modes", title: "four modes" }])).toContain("modes  four modes");
});
