import { defineConfig } from "vitest/config";

// Starting threads, processes and compilers on a loaded machine: far above any real wait, so only a hang reaches it.
const TEST_TIMEOUT_MS = 60_000;

export default defineConfig({
  // As Node resolves: "module" is the condition of bundlers.
  ssr: { resolve: { conditions: ["node"] } },
  test: {
    include: ["packages/*/test/**/*.test.ts", "apps/*/test/**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/dist/**", "**/test/discovery/fixtures/**"],
    pool: "forks",
    // Three on two processors: most files wait for the starts and ends of what they start.
    maxWorkers: 3,
    // Programs that one file runs side by side.
    maxConcurrency: 3,
    testTimeout: TEST_TIMEOUT_MS,
    hookTimeout: TEST_TIMEOUT_MS,
    // Node itself loads what is built, as it does in a host: both sides then share one copy of each class.
    server: { deps: { external: [/\/dist\/.*\.c?js$/] } },
  },
});
