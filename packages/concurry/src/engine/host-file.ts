import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { realm } from "../protocol/realm.ts";
import { bareUrl, callSite } from "../util/call-site.ts";

/** What a thread or process is started with: a file, or code for `eval` where no file is at hand. */
export type HostEntry =
  | { readonly kind: "file"; readonly url: URL }
  | { readonly kind: "eval"; readonly code: string };

let entry: HostEntry | undefined;

/**
 * The program of a new host: `host.cjs` beside the built index, or, when a bundler took the framework into the
 * user's file, a few lines that load that file and find the host in it.
 */
export function hostEntry(): HostEntry {
  entry ??= findEntry(ownUrl());
  return entry;
}

/** Starts the host when this code, inside the user's bundle, was loaded by `bootstrapCode`; else does nothing. */
function adoptBootstrap(): void {
  const record = realm();
  const { bootstrap } = record;
  if (bootstrap === undefined || record.isHost) return;
  record.isHost = true;
  // The rest of the bundle runs before the host does: its pools must be inert from the start.
  const touched: object[] = [];
  bootstrap.touched = touched;
  record.isLoading = () => true;
  record.touch = (classOrTask) => touched.push(classOrTask);
  record.signalInert = () => {
    bootstrap.wasInert = true;
  };
  // Bundlers follow this import and take the host in; without a bundler it is never reached.
  bootstrap.adopt(() => import("#host"));
}

function findEntry(own: string): HostEntry {
  // A bundler may have renamed this file or moved it: only what exists counts.
  const url = new URL("./host.cjs", own);
  return existsSync(fileURLToPath(url)) ? { kind: "file", url } : { kind: "eval", code: bootstrapCode(own) };
}

// Asked of the stack, since `import.meta` is empty in a CommonJS bundle.
function ownUrl(): string {
  const site = callSite(ownUrl);
  if (site?.url.startsWith("file:")) return bareUrl(site.url);
  throw new Error(`Cannot tell which file holds concurry itself (${site?.url ?? "no file"}).`);
}

// The store is made here, before any code of the bundle: what the bundle starts must descend from it.
// `found`, where whoever runs this code has declared it, is told of the host.
function bootstrapCode(own: string): string {
  return `"use strict";
const { AsyncLocalStorage } = require("node:async_hooks");
const store = new AsyncLocalStorage();
let adopted = false;
const adopt = (startHost) => { adopted = true; const host = store.exit(startHost); if (typeof found === "function") found(host); };
globalThis[Symbol.for("concurry.realm.1")] = { bootstrap: { store, adopt } };
store.run({ loading: true }, () => import(${JSON.stringify(own)})).catch((error) => {
  if (!adopted) setImmediate(() => { throw error; });
});`;
}

// At load, not at first use: in a bundle that was started as a host nobody would ever ask for a host's file.
adoptBootstrap();
