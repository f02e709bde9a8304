import { createHash } from "node:crypto";

const LENGTH = 8;

/** What the service says of a text. */
export function labelOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, LENGTH);
}
