import { realm } from "../protocol/realm.ts";
import { Throttle } from "../util/throttle.ts";
import type { BarState, Row } from "./bar-state.ts";

/** What a worker tells its pool of one of its bars: all of its state, so that any message may be left out but the last. */
export interface BarNote {
  /** Number of the bar, unique in its worker. */
  readonly bar: number;
  readonly state: BarState;
}

/** The way from a worker to its pool, for bars. */
interface BarLane {
  readonly send: (note: BarNote) => void;
  bars: number;
}

const KEY = "bar lane";

/** A bar, and a call, tells of its progress at most this often. */
export const TELL_INTERVAL_MS = 100;

/** Sets how bars of this worker reach its pool; for all copies of the package. */
export function provideBarLane(send: (note: BarNote) => void): void {
  realm().registries.set(KEY, { send, bars: 0 } satisfies BarLane);
}

/** A row for a bar in a worker, which the pool shows; undefined in the program itself. */
export function remoteRow(state: BarState): Row | undefined {
  const lane = realm().registries.get(KEY) as BarLane | undefined;
  return lane && new RemoteRow(state, lane);
}

class RemoteRow implements Row {
  readonly #throttle: Throttle;

  constructor(state: BarState, lane: BarLane) {
    lane.bars += 1;
    const bar = lane.bars;
    this.#throttle = new Throttle(TELL_INTERVAL_MS, () => lane.send({ bar, state }));
    this.#throttle.run();
  }

  touch(): void {
    this.#throttle.ask();
  }

  end(): void {
    this.#throttle.run();
  }
}
