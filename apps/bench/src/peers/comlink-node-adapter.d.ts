// comlink ships this module's types under another file name, where the compiler doesn't look.
declare module "comlink/dist/esm/node-adapter.mjs" {
  import type { MessagePort, Worker } from "node:worker_threads";
  import type { Endpoint } from "comlink";

  // biome-ignore lint/style/noDefaultExport: this is how comlink exports it
  export default function nodeEndpoint(port: MessagePort | Worker): Endpoint;
}
