import { expect } from "vitest";

// 800 ms are promised; the rest is for a machine that is busy with other tests.
export const ORPHAN_LIMIT_MS = 5000;
const NEXT_LOOK_MS = 10;

/** Waits until a process that isn't ours, and so has no event for us, is no more. */
export async function expectDeath(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch (error) {
      expect(error).toMatchObject({ code: "ESRCH" });
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, NEXT_LOOK_MS));
  }
}
