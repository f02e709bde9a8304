import type { MessagePort } from "node:worker_threads";

/** What a thread finds in its `workerData`. */
export interface ThreadStart {
  readonly callPort: MessagePort;
  readonly controlPort: MessagePort;
  /** One word per call slot, in memory that both sides see. */
  readonly claims: Int32Array;
  /** What V8 has compiled of this package; undefined where the thread loads it otherwise. */
  readonly compiledCode?: Uint8Array | undefined;
}

/**
 * Sent on the control port to ask a thread to end. Closing the ports would do the same,
 * but then what the thread still sends could not arrive.
 */
export const END_REQUEST = "concurry.end";
