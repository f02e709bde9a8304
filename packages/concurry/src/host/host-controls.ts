import type { BroadcastRequest, HostControls } from "../control/controls.ts";
import { type PackedOutcome, packThrown, unpackThrown } from "../control/outcome.ts";
import type { Link } from "../protocol/connection.ts";
import { type Packed, pack, unpack } from "../protocol/packed.ts";
import type { Host } from "./host.ts";

/** What the pool may ask of a host on the control lane. */
export function hostControls(host: Host, link: Link): HostControls {
  const { wire } = link.info;
  return {
    stop: (limitMs: number) => host.stop(limitMs),
    abort: (id: number, message: number, packed: Packed) => {
      host.queue?.cancel(id, message, unpackThrown(packed, wire));
    },
    ping: async () => {},
    broadcast: async (request: BroadcastRequest, packed: Packed): Promise<PackedOutcome> => {
      try {
        const value = await host.runBeside(request, unpack(packed));
        return { value: pack(value, wire) };
      } catch (thrown) {
        return { thrown: packThrown(thrown, wire, host.exports) };
      }
    },
  };
}
