import type { Pool } from "concurry";
import { type Seen, Streamer } from "#workers/streamer";
import { type MODES, stoppedAfterEach } from "./support.ts";

/** A left stream is given up after a second; that its generator ended by itself takes far less, on a busy machine, too. */
export const LONG_GRACE_MS = 15_000;

export type StreamerPool = Pool<Streamer>;

/** Gives a function that makes pools of streamers, to be stopped after the test that made them. */
export function streamerPools(): (mode: (typeof MODES)[number], options?: object) => StreamerPool {
  const stopped = stoppedAfterEach();
  return (mode, options = {}) => stopped(Streamer.options({ mode, ...options }).init());
}

/** What the one worker of a pool has made; a broadcast reaches it while it makes more. */
export async function seen(pool: StreamerPool): Promise<Seen> {
  const [figures] = await pool.broadcast.seen();
  return figures as Seen;
}
