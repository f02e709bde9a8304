import type { WorkerLoad } from "./balancer.ts";

/**
 * The worker that a key belongs to: the one with the highest hash of key and index. While the same workers are there it
 * is always the same one; when one goes for good only its keys find another (rendezvous hashing, Thaler and
 * Ravishankar 1998).
 *
 * @returns Its index; -1 when all workers are dead.
 */
export function rendezvous(key: string, workers: readonly WorkerLoad[]): number {
  const seed = hashOf(key);
  let [best, highest] = [-1, -1];
  for (const { index, state } of workers) {
    if (state === "dead") continue;
    const score = mix(seed ^ Math.imul(index + 1, 0x9e3779b1));
    if (score > highest) [best, highest] = [index, score];
  }
  return best;
}

/** FNV-1a over UTF-16 units. */
function hashOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < key.length; at += 1) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193);
  return hash;
}

/** The last step of MurmurHash3: every bit of the input moves half of the output's. */
function mix(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
