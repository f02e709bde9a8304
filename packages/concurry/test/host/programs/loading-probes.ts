import { setTimeout as delay } from "node:timers/promises";
import { isMainThread, parentPort, Worker } from "node:worker_threads";
import { enterHost, loading } from "../../../src/host/loading.ts";
import { realm } from "../../../src/protocol/realm.ts";

// The marks of start-up.mjs and what it imports.
const START_UP_KINDS = 27;

// Keeps the program alive while it waits; only a mark that never comes reaches it.
const DEADLINE_MS = 15_000;

type Marks = Record<string, boolean>;
const record = globalThis as unknown as {
  isStartUp: () => boolean;
  mark: (name: string, isStartUp: boolean) => void;
};

/** Loads the module as start-up code, then runs code of the host itself. */
async function probe(moduleUrl: string): Promise<Marks> {
  enterHost();
  loading.ready();
  const marks: Marks = {};
  const deadline = setTimeout(() => process.stdout.write(JSON.stringify(marks)), DEADLINE_MS);
  record.isStartUp = () => realm().isLoading();
  await new Promise<void>((resolve) => {
    record.mark = (name, isStartUp) => {
      marks[name] = isStartUp;
      if (Object.keys(marks).length === START_UP_KINDS) resolve();
    };
    void loading.run(() => import(moduleUrl));
  });
  clearTimeout(deadline);
  marks["a host's own code"] = realm().isLoading();
  await delay(1);
  marks["a timer of the host"] = realm().isLoading();
  return marks;
}

const moduleUrl = process.argv[2] as string;
if (isMainThread && process.argv[3] === "thread") {
  const worker = new Worker(__filename, { argv: [moduleUrl] });
  worker.once("message", (marks) => process.stdout.write(JSON.stringify(marks)));
} else {
  void probe(moduleUrl).then((marks) => {
    if (parentPort === null) process.stdout.write(JSON.stringify(marks));
    else parentPort.postMessage(marks);
  });
}
