import { parentPort } from "node:worker_threads";
import { expose, transfer } from "comlink";
import nodeEndpoint from "comlink/dist/esm/node-adapter.mjs";
import { echo, fail, increment, incrementLater, work } from "./functions.ts";

if (parentPort === null) throw new Error("comlink-worker.js runs in a worker thread only");

function moveBytes(bytes: Uint8Array): Uint8Array {
  return transfer(bytes, [bytes.buffer]);
}

expose({ increment, incrementLater, echo, fail, moveBytes, work }, nodeEndpoint(parentPort));
