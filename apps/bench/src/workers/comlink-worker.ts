import { parentPort } from "node:worker_threads";
import { expose } from "comlink";
import nodeEndpoint from "comlink/dist/esm/node-adapter.mjs";
import { echo, fail, increment, incrementLater } from "./functions.ts";

if (parentPort === null) throw new Error("comlink-worker.js runs in a worker thread only");

expose({ increment, incrementLater, echo, fail }, nodeEndpoint(parentPort));
