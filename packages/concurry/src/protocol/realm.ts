// The number changes with the shape of the record: copies of other versions then have a record of their own.
const KEY: symbol = Symbol.for("concurry.realm.1");

/** What a host that was started without a host file leaves for the framework inside the user's bundle. */
export interface Bootstrap {
  /** The store that is set in everything that descends from loading the bundle. */
  readonly store: unknown;
  /** Runs the host outside that store; called once, by the copy of the framework that is loaded first. */
  adopt(startHost: () => unknown): void;
  /** Classes whose `options()` ran, and tasks that were made, before the host was there to be told. */
  touched?: object[];
  /** Whether a pool was used before the host was there to be told. */
  wasInert?: boolean;
}

/**
 * One record per realm (a process' main thread, or one worker thread), shared by all copies of the package in it:
 * the one that the user's module imports, and the one in the host file.
 */
export interface Realm {
  /** True in a thread or process that a pool started; from before the user's module loads. */
  isHost: boolean;
  /** True in start-up code that a host runs only to find a class; pools are inert there. */
  isLoading: () => boolean;
  /** Tells the host that start-up code waits for a pool that will never answer it. */
  signalInert: () => void;
  /** Tells the host that `options()` of this class, or `task()`, ran while loading. */
  touch: (classOrTask: object) => void;
  /** Takes a getter for a class that is not exported; called by code planted in its module. */
  bind: (url: string, read: () => unknown) => void;
  /** The context of the running call, where a host runs one. */
  callContext: (() => unknown) | undefined;
  /** While a worker is constructed: where its limits come from. */
  workerLimits: unknown;
  /** The program's main script, also in hosts of hosts. */
  mainUrl: string | undefined;
  /** Present while a bundle with the framework inside is loaded as a host. */
  bootstrap: Bootstrap | undefined;
  /** The `Worker` classes of all copies; their subclasses are the workers. */
  readonly bases: object[];
  /** The tagged prototypes handed out so far, by position. */
  readonly sites: Map<string, object>;
  /** How many sites each file has so far. */
  readonly siteCounts: Map<string, number>;
  /** Lists that belong to other parts, by name. */
  readonly registries: Map<string, unknown>;
}

/** The record of this realm; made by the first copy that asks. */
export function realm(): Realm {
  const holder = globalThis as { [KEY]?: Partial<Realm> };
  const existing = holder[KEY];
  if (existing?.bases !== undefined) return existing as Realm;
  // A bootstrap leaves only its own field: the record keeps it.
  const created: Realm = Object.assign(newRealm(), existing);
  Object.defineProperty(globalThis, KEY, { value: created, configurable: true });
  return created;
}

function newRealm(): Realm {
  return {
    isHost: false,
    isLoading: () => false,
    signalInert: () => {},
    touch: () => {},
    bind: () => {},
    callContext: undefined,
    workerLimits: undefined,
    mainUrl: undefined,
    bootstrap: undefined,
    bases: [],
    sites: new Map(),
    siteCounts: new Map(),
    registries: new Map(),
  };
}
