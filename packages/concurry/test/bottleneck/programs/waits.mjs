// Waits for a limiter that has no timer of its own running: what it prints tells whether the program lived that long.
import Bottleneck from "bottleneck";
import { bottleneckLimit } from "concurry/bottleneck";

const SHORT_MS = 50;
const [, , name] = process.argv;
const print = (text) => process.stdout.write(`${text}\n`);
process.on("exit", (code) => print(`exit ${code}`));

const limiter = new Bottleneck({ reservoir: 0 });
const gate = bottleneckLimit(limiter);
const call = { callId: 1, method: "work", attempt: 1, workerIndex: 0 };
const aborter = new AbortController();

const CASES = {
  granted() {
    setTimeout(() => limiter.incrementReservoir(1), SHORT_MS).unref();
  },
  cancelled() {
    setTimeout(() => aborter.abort(new Error("gone")), SHORT_MS).unref();
  },
};

CASES[name]();
gate.enter(call, aborter.signal).then(
  () => print("entered"),
  (error) => print(error.message),
);
