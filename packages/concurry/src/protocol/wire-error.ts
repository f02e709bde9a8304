export { encodeThrown } from "./encode-error.ts";
export { decodeThrown } from "./rebuild-error.ts";
export type { WireThrown } from "./wire-thrown.ts";
