import { setImmediate } from "node:timers/promises";

const LONGEST_BREATH_MS = 50;

/** Makes a function to await in long loops: now and then it lets timers and signals have their turn. */
export function createBreath(): () => Promise<void> | undefined {
  let lastAt = performance.now();
  return () => {
    if (performance.now() - lastAt < LONGEST_BREATH_MS) return undefined;
    return setImmediate().then(() => {
      lastAt = performance.now();
    });
  };
}
