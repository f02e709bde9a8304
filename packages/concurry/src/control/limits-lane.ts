/**
 * The way of the limits between a worker and its pool: records of our own, on the control port beside comlink's messages.
 * comlink answers each of its messages, which would double the round trip.
 */
export interface LimitsLane {
  send(record: readonly unknown[]): void;
  /** Sets the one listener. */
  listen(listener: (record: readonly unknown[]) => void): void;
}
