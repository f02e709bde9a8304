import { AsyncLocalStorage } from "node:async_hooks";
import { type Realm, realm } from "../protocol/realm.ts";
import { type TaskRecord, taskRecord } from "../protocol/task-record.ts";
import { isWorkerClass, type WorkerClass } from "../protocol/worker-class.ts";
import { bareUrl } from "../util/call-site.ts";
import { guardStartUp } from "./start-up-guard.ts";

/** What a host knows about the start-up code that it runs to find a class. */
export interface Loading {
  /** Runs `start` as start-up code: pools are inert in it and in all that descends from it. */
  run<T>(start: () => T): T;
  /** Classes whose `options()` ran so far. */
  readonly touched: readonly WorkerClass[];
  /** Tasks that start-up code has made so far. */
  readonly tasks: readonly TaskRecord[];
  /** What the code planted in `url` sees now: the class of a name, or all that the module exports. */
  bound(url: string): readonly unknown[];
  /** Sets the one listener for: a pool that never answers was used, or start-up failed. */
  onInert(listener: (() => void) | undefined): void;
  /** From here on only the store tells start-up code apart. */
  ready(): void;
  /** True while the import of the module has not settled. */
  pending: boolean;
}

const touched: WorkerClass[] = [];
const tasks: TaskRecord[] = [];
const readers: { readonly url: string; readonly read: () => unknown }[] = [];
let store: AsyncLocalStorage<unknown> | undefined;
let isReady = false;
let listener: (() => void) | undefined;
// Only a bundle with the framework inside runs before anybody listens.
let hasMissedInert = false;

/**
 * Makes this realm a host. Comes before anything of the user's, so that `Worker.isHost` is true in all of it.
 */
export function enterHost(): void {
  if (store !== undefined) return;
  const record = realm();
  record.isHost = true;
  const carried =
    (record.bootstrap?.store as AsyncLocalStorage<unknown> | undefined) ?? new AsyncLocalStorage();
  store = carried;
  install(record, carried);
  // Engines that carry no store through awaits (Bun) are at least right until the class is found.
  const isStartUp = (): boolean => !isReady || carried.getStore() !== undefined;
  record.isLoading = isStartUp;
  guardStartUp({
    isStartUp,
    outside: (run) => carried.exit(run),
    signal: () => hearInert(carried),
  });
}

/** The start-up code of this host. */
export const loading: Loading = {
  run: (start) => (store === undefined ? start() : store.run({ loading: true }, start)),
  touched,
  tasks,
  bound,
  onInert: (next) => {
    listener = next;
    if (next === undefined || !hasMissedInert) return;
    hasMissedInert = false;
    next();
  },
  ready: () => {
    isReady = true;
  },
  pending: false,
};

function install(record: Realm, carried: AsyncLocalStorage<unknown>): void {
  record.signalInert = () => hearInert(carried);
  record.touch = touch;
  record.bootstrap?.touched?.forEach(touch);
  hasMissedInert = record.bootstrap?.wasInert === true;
  record.bind = (url, read) => {
    readers.push({ url: bareUrl(url), read });
  };
}

function touch(value: object): void {
  if (isWorkerClass(value) && !touched.includes(value)) touched.push(value);
  // What a method makes is found nowhere else, and would pile up.
  const record = realm().isLoading() ? taskRecord(value) : undefined;
  if (record !== undefined) tasks.push(record);
}

function hearInert(carried: AsyncLocalStorage<unknown>): void {
  if (listener !== undefined) carried.exit(listener);
  else if (realm().bootstrap !== undefined) hasMissedInert = true;
}

function bound(url: string): readonly unknown[] {
  return readers.filter((reader) => reader.url === bareUrl(url)).map((reader) => reader.read());
}
