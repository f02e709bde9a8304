import type { FunctionMark } from "./function-mark.ts";
import type { WireThrown } from "./wire-error.ts";

/**
 * Every message on the call lane.
 *
 * Parent to host: one `StartMessage`, then requests. Host to parent: one `ReadyMessage` or `FailedMessage`, then replies.
 *
 * A request is a flat array `[id, op, value, id, op, value, …]`, a reply is `[slot + 1, code, value, …]`. Either is a
 * `Float64Array` when all its values are numbers. `id` = call number × slots of the link + slot; `op` = method index and
 * flags. A head of 0 in a reply is a record of the lane itself.
 *
 * Besides, the parent sends `[CREDIT, id, items]`: so many items more may be made for a stream.
 */

/** Call slots of a worker whose claims lie in shared memory; a power of two. */
export const CLAIM_SLOTS = 4096;
/** Call slots of any other worker. Call numbers are below 2^32, so an id stays an exact integer. */
export const FREE_SLOTS: number = 2 ** 20;
/** Call numbers start anew here. */
export const CALL_NUMBERS: number = 2 ** 32;

/** Bits of `op` that hold the method's index. */
export const METHOD_MASK = 0xfff;
/** Flag of `op`: the value is the array of arguments. Without it the value is the one argument. */
export const SEVERAL: number = 1 << 12;
/** Flag of `op` and of a reply's code: the value is JSON text. */
export const JSON_TEXT: number = 1 << 13;
/** Flag of `op`: there is no argument; the value is 0. */
export const NO_ARGUMENT: number = 1 << 14;
/** Flag of `op`: what the method gives is iterated, and its items are sent one by one. */
export const STREAM: number = 1 << 15;
/** Flag of `op`: the value is a `LentArguments`, with functions or iterables of the caller's among the arguments. */
export const LENDS: number = 1 << 16;

/**
 * A request with the id 0 tells something of a call that follows: `[0, fact + TELL_SLOT × slot, value]`. Number of the
 * attempt, where it isn't the first; milliseconds that it may run, where these aren't the pool's; items that a stream
 * may be ahead, where these aren't the usual ones.
 */
export const TELL_ATTEMPT = 0;
export const TELL_LIMIT = 1;
export const TELL_CREDIT = 2;
export const TELL_SLOT = 4;

/** Items that a stream may be ahead of its consumer, unless told otherwise. */
export const USUAL_CREDIT = 16;
/** Head of a message that gives a stream credit; no id is like it. */
export const CREDIT = -1;

/** Codes of a reply: what the value is. */
export const REPLY_VALUE = 0;
export const REPLY_ERROR = 1;
export const REPLY_UNDEFINED = 2;
/** The pool took the call back before it started. */
export const REPLY_WITHDRAWN = 3;
/** One item of a stream: the call goes on. Its end is a reply like that of any call. */
export const REPLY_ITEM = 4;
/** What the `finally` of a stream threw, once its consumer had left. Like an error but for one bit. */
export const REPLY_LATE_ERROR: number = REPLY_ITEM | REPLY_ERROR;
/** Bits of a code that tell an error of either kind from what else ends a call. */
export const REPLY_KIND = 3;

/**
 * Codes of a record. `RECORD_WORK` + method index + `WORK_CALLS` × calls: the worker was busy with these calls for
 * `value` milliseconds.
 */
export const RECORD_WORK = 0;
export const WORK_CALLS = 4096;
/** From here on calls of request message number `value` may have started. */
export const RECORD_BEGIN = -1;
/** Bytes of heap in use. */
export const RECORD_HEAP = -2;
/** Share of its time that the event loop was active since the last record, 0 to 1. */
export const RECORD_LOOP = -3;

/** What a second attempt at loading may be told. */
export interface LoadHints {
  /** Register tsx before the module is loaded. */
  readonly tsx?: boolean;
  /** Plant the binder even though the source seems to export the class. */
  readonly binder?: boolean;
}

/** Where a class may be found again. Plain data. */
export interface ModuleCandidate {
  readonly url: string;
  readonly line?: number;
  readonly column?: number;
  /** How many classes (tasks) of the same file were defined before; tells those of one name apart when lines moved. */
  readonly order?: number;
  readonly via: "explicit" | "hook" | "inspector" | "ancestor";
}

/** Everything a host needs to find a class. Plain data, made by `worker/locate.ts`. */
export interface ClassLocator {
  readonly className: string;
  readonly candidates: readonly ModuleCandidate[];
  readonly hints: LoadHints;
  /** The program's main script: what its start-up code prints is printed once, by the program itself. */
  readonly mainUrl?: string;
  /** How an earlier host found the class; spares this one the look at the source. */
  readonly knownVia?: string;
  /** How many hosts of this pool failed and asked for the hints. */
  readonly respawns?: number;
  /** Whether the parent asked the inspector. */
  readonly inspected?: boolean;
  /** Set where a function of that name is looked for, and no class. */
  readonly mark?: FunctionMark;
  /** True where each call names its function, so that there is no class to be found. */
  readonly isOpen?: boolean;
}

/** What a host is told at its start. Plain data but for the constructor's arguments. */
export interface HostSpec {
  readonly workerId: number;
  readonly workerIndex: number;
  readonly poolName: string;
  /** `"thread"`, `"process"`, or a custom engine's name; used in error messages. */
  readonly mode: string;
  readonly concurrency: number;
  /** Names of the public methods; a call names one by its place in this list. */
  readonly methods: readonly string[];
  readonly locator: ClassLocator;
  readonly constructorArguments: readonly unknown[];
  /** Factor between call number and slot in an id; `CLAIM_SLOTS` or `FREE_SLOTS`. */
  readonly slots: number;
  /** Milliseconds that a call may run, unless it says otherwise; 0 = as long as it takes. */
  readonly timeoutMs: number;
  /** The worker's limits, or, to find them elsewhere, what is known of their sets; undefined for none. */
  readonly limits: unknown;
  /** Milliseconds for loading the module. */
  readonly loadTimeoutMs: number;
}

/** First message to a host. */
export interface StartMessage {
  readonly type: "start";
  readonly spec: HostSpec;
}

/** The worker takes calls. */
export interface ReadyMessage {
  readonly type: "ready";
  /** How the class was found. */
  readonly via: string;
}

/** The worker couldn't start and ends. */
export interface FailedMessage {
  readonly type: "failed";
  /** The error that the pool's calls reject with: `WorkerStartError` or `WorkerNotFoundError`. */
  readonly error: WireThrown;
  /** Set when a new host with these hints may succeed. */
  readonly respawn?: LoadHints;
}

/** Last message of a host that dies of an error thrown outside a call. */
export interface DyingMessage {
  readonly type: "dying";
  readonly error: WireThrown;
}
