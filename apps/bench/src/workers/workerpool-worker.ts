import workerpool from "workerpool";
import { echo, fail, increment, incrementLater, work } from "./functions.ts";

function moveBytes(bytes: Uint8Array): unknown {
  return new workerpool.Transfer(bytes, [bytes.buffer]);
}

workerpool.worker({ increment, incrementLater, echo, fail, moveBytes, work });
