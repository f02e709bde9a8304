import { closeSync, openSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compiledCode } from "../../util/loader.ts";

let descriptor: number | undefined;
let isWritten = false;

/**
 * A file with what V8 has compiled of this package, for new processes to read; undefined where there is none. It has no
 * name any more, and is gone with the last process that has it open.
 */
export function codeFile(): number | undefined {
  if (isWritten) return descriptor;
  isWritten = true;
  const code = compiledCode();
  if (code !== undefined) descriptor = writeUnnamed(code);
  return descriptor;
}

function writeUnnamed(bytes: Uint8Array): number | undefined {
  // Loaded on first use: threads need not pay for it.
  const { tmpdir } = process.getBuiltinModule("node:os");
  const path = join(tmpdir(), `concurry-${process.pid}-${Math.random().toString(36).slice(2)}`);
  let opened: number | undefined;
  try {
    opened = openSync(path, "wx+", 0o600);
    unlinkSync(path);
    writeFileSync(opened, bytes);
    return opened;
  } catch {
    // No place for files, or no permission: processes then compile for themselves.
    if (opened !== undefined) closeSync(opened);
    return undefined;
  }
}
