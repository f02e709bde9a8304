export { encodeThrown } from "./encode-error.ts";
export { decodeThrown } from "./rebuild-error.ts";
export type { DecodeContext, EncodeContext, WireError, WireItem, WireThrown } from "./wire-thrown.ts";
