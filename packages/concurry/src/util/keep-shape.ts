const kept: object[] = [];

/**
 * Keeps an example of objects that come and go, for as long as the program runs.
 *
 * V8 drops what it has compiled for objects of a shape when a collection finds none of them: after a rest a pool would
 * start with its slowest code again, and its next thousands of calls would be ten times slower.
 */
export function keepShape(example: object): void {
  kept.push(example);
}
