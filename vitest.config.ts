import { defineConfig } from "vitest/config";

// Starting threads, processes and compilers on a loaded machine: far above any real wait, so only a hang reaches it.
const TEST_TIMEOUT_MS = 60_000;

const TESTS = ["packages/*/test/**/*.test.ts", "apps/*/test/**/*.test.ts"];
const NO_TESTS = ["**/node_modules/**", "**/dist/**", "**/test/discovery/fixtures/**"];
// They hold what is promised of times; each keeps a processor for itself.
const TIMED = [
  "packages/concurry/test/limits-in-pools/*.test.ts",
  "packages/concurry/test/elastic/health.test.ts",
  "packages/concurry/test/pool/{stats,worker-stats}.test.ts",
  "packages/pipeline/test/pools/{lost,time-limits}.test.ts",
];

export default defineConfig({
  // As Node resolves: "module" is the condition of bundlers.
  ssr: { resolve: { conditions: ["node"] } },
  test: {
    projects: [
      {
        extends: true,
        // Three on two processors: most files wait for the starts and ends of what they start.
        test: { name: "usual", include: TESTS, exclude: [...NO_TESTS, ...TIMED], maxWorkers: 3 },
      },
      {
        extends: true,
        test: {
          name: "timed",
          include: TIMED,
          exclude: NO_TESTS,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
    ],
    pool: "forks",
    // Programs that one file runs side by side.
    maxConcurrency: 3,
    testTimeout: TEST_TIMEOUT_MS,
    hookTimeout: TEST_TIMEOUT_MS,
    // Node itself loads what is built, as it does in a host: both sides then share one copy of each class.
    server: { deps: { external: [/\/dist\/.*\.c?js$/] } },
  },
});
