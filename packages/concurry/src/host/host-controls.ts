import type { BroadcastRequest, HostControls, PackedOutcome } from "../control/controls.ts";
import type { Link } from "../protocol/connection.ts";
import { type Packed, pack, unpack } from "../protocol/packed.ts";
import { decodeThrown, type WireThrown } from "../protocol/wire-error.ts";
import type { Host } from "./host.ts";

/** What the pool may ask of a host on the control lane. */
export function hostControls(host: Host, link: Link): HostControls {
  const { wire } = link.info;
  return {
    stop: (limitMs: number) => host.stop(limitMs),
    abort: (id: number, message: number, packed: Packed) => {
      const thrown = unpack(packed);
      const reason = wire === "reference" ? thrown : decodeThrown(thrown as WireThrown, {});
      host.queue?.cancel(id, message, reason);
    },
    ping: async () => {},
    broadcast: async (request: BroadcastRequest, packed: Packed): Promise<PackedOutcome> => {
      try {
        const value = await host.runBeside(request, unpack(packed) as unknown[]);
        return { value: pack(value, wire) };
      } catch (thrown) {
        return { thrown: pack(wire === "reference" ? thrown : host.encode(thrown), wire) };
      }
    },
  };
}
