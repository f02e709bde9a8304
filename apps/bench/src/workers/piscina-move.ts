import { Piscina } from "piscina";

/** Sends back what came, moved. A file of its own: only this workload pays for loading the library in a worker. */
export function moveBytes(bytes: Uint8Array): unknown {
  return Piscina.move(bytes);
}
