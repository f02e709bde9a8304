import type { Pipeline } from "@concurry/pipeline";

/** `count` numbers from 0. */
export function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

/** Numerically sorted. */
export function sorted(values: readonly number[]): number[] {
  return [...values].sort((left, right) => left - right);
}

/** A source that counts what is taken from it, and tells when it was closed. */
export function countingSource(count: number = Number.POSITIVE_INFINITY): {
  readonly source: () => Generator<number>;
  readonly counts: { pulled: number; closed: number };
} {
  const counts = { pulled: 0, closed: 0 };
  const source = function* (): Generator<number> {
    try {
      for (let value = 0; value < count; value++) {
        counts.pulled++;
        yield value;
      }
    } finally {
      counts.closed++;
    }
  };
  return { source, counts };
}

/** Resolves after so many milliseconds; only for functions under test that have to take time. */
export function after(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Waits for what tells nobody when it comes true. */
export async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await after(2);
}

/** A promise that is settled by a test. */
export function signal(): { readonly promise: Promise<void>; readonly fire: () => void } {
  let fire!: () => void;
  const promise = new Promise<void>((resolve) => {
    fire = resolve;
  });
  return { promise, fire };
}

/** What a pipeline fails with. */
export async function errorOf(failing: Pipeline<unknown>): Promise<unknown> {
  return failing.run().then(
    () => {
      throw new Error("The pipeline did not fail.");
    },
    (error: unknown) => error,
  );
}

/** The two modes without workers of their own. */
export const LOCAL_MODES = ["sync", "async"] as const;
