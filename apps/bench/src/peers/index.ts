import { comedy } from "./comedy.ts";
import { comlink } from "./comlink.ts";
import { concurry } from "./concurry.ts";
import { jestWorker } from "./jest-worker.ts";
import type { Peer } from "./peer.ts";
import { piscina, piscina64 } from "./piscina.ts";
import { poolifier } from "./poolifier.ts";
import { rawBatch } from "./raw-batch.ts";
import { rawPingPong } from "./raw-ping-pong.ts";
import { tinypool, tinypool64 } from "./tinypool.ts";
import { workerpool } from "./workerpool.ts";

/** The library whose goals are judged. */
export const OURS = "concurry";

/** All peers. Each loads its library only when opened: a host holds no other. */
export const PEERS: readonly Peer[] = [
  concurry,
  tinypool,
  tinypool64,
  piscina,
  piscina64,
  jestWorker,
  comlink,
  workerpool,
  poolifier,
  comedy,
  rawPingPong,
  rawBatch,
];

/** The peer of that name. @throws RangeError when there is none. */
export function peerNamed(name: string): Peer {
  const found = PEERS.find((each) => each.name === name);
  if (found === undefined) throw new RangeError(`no peer is named "${name}"`);
  return found;
}
