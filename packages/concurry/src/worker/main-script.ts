import { realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { realm } from "../protocol/realm.ts";

let known: { readonly url: string | undefined } | undefined;

/** The file that the program was started with, also when asked in a host; undefined for `node -e` and the like. */
export function mainScriptUrl(): string | undefined {
  const record = realm();
  if (record.isHost) return record.mainUrl;
  known ??= { url: findMainScript(process.argv[1]) };
  return known.url;
}

function findMainScript(script: string | undefined): string | undefined {
  if (script === undefined) return undefined;
  try {
    // `node .` and `node main` name folders and files as `require` does.
    const path = createRequire(pathToFileURL(`${process.cwd()}/`)).resolve(script);
    return pathToFileURL(realpathSync(path)).href;
  } catch {
    return undefined;
  }
}
