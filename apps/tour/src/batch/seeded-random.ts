const STEP = 0x6d2b79f5;
const RANGE = 2 ** 32;

/** Makes a source of numbers in [0, 1) that are the same in every run with one seed. */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + STEP) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / RANGE;
  };
}
