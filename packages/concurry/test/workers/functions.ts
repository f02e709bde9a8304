/** Adds two numbers: the smallest module that a worker can load. */
export function add(left: number, right: number): number {
  return left + right;
}
