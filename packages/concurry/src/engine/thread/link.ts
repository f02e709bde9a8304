import { MessageChannel, type MessagePort } from "node:worker_threads";
import { CLAIM_SLOTS } from "../../protocol/frame.ts";
import type { ThreadStart } from "../../protocol/thread-start.ts";

/** The two lanes to a thread, and the memory that both sides see. */
export interface ThreadLinkEnds {
  /** What the thread is to be given. */
  readonly start: ThreadStart;
  readonly callPort: MessagePort;
  readonly controlPort: MessagePort;
  /** Closes our ends, when there will be no thread. */
  close(): void;
}

export function openLink(): ThreadLinkEnds {
  const call = new MessageChannel();
  const control = new MessageChannel();
  const claims = new Int32Array(new SharedArrayBuffer(CLAIM_SLOTS * Int32Array.BYTES_PER_ELEMENT));
  return {
    start: { callPort: call.port2, controlPort: control.port2, claims },
    callPort: call.port1,
    controlPort: control.port1,
    close: () => {
      call.port1.close();
      control.port1.close();
    },
  };
}
