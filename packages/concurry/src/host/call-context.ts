import { AsyncLocalStorage } from "node:async_hooks";
import type { HostContext } from "../protocol/call-context.ts";
import { type NestedPools, provideInlineOwner } from "../protocol/nested-pools.ts";
import { realm } from "../protocol/realm.ts";
import { tellProgress } from "./call-progress.ts";
import { invoke, type Method } from "./run-method.ts";
import type { NoCall, RunningCall } from "./running-call.ts";

const AsyncFunction: new () => object = (async () => undefined).constructor as new () => object;

/**
 * Where the current call is kept. One record for all hosts of a realm and both copies of the package.
 *
 * A worker of a thread or process that runs one call at a time needs no more than a variable (`inHost`), and so does the
 * synchronous part of a call in sync mode (`inline`). Calls that interleave are told apart by async context.
 */
interface Contexts {
  inline: RunningCall | NoCall | undefined;
  inHost: RunningCall | undefined;
  storage: AsyncLocalStorage<RunningCall | NoCall> | undefined;
}

const KEY = Symbol.for("concurry.contexts.1");
const holder = globalThis as { [KEY]?: Contexts };
holder[KEY] ??= { inline: undefined, inHost: undefined, storage: undefined };
const contexts: Contexts = holder[KEY];

class Context implements HostContext {
  readonly callId: number;
  readonly method: string;
  readonly attempt: number;
  readonly deadline: number | undefined;
  readonly workerIndex: number;
  readonly workerId: number;
  readonly #call: RunningCall;

  constructor(call: RunningCall) {
    this.callId = call.number;
    this.method = call.worker.methods[call.methodIndex] as string;
    this.workerIndex = call.worker.workerIndex;
    this.workerId = call.worker.workerId;
    this.attempt = call.attempt;
    this.deadline = call.deadline;
    this.#call = call;
  }

  get isInline(): boolean {
    return this.#call.worker.isInline;
  }

  get slot(): number {
    return this.#call.slot;
  }

  get isBeside(): boolean {
    return this.#call.isBeside;
  }

  get isAborted(): boolean {
    return this.#call.isAborted;
  }

  get signal(): AbortSignal {
    return this.#call.signal;
  }

  progress(done: number, total?: number, description?: string): void {
    tellProgress(this.#call, done, total, description);
  }
}

/** Makes `callContext()` work in this realm, and tells whose code it is that makes a pool. */
export function provideCallContext(): void {
  realm().callContext ??= () => {
    const current = contexts.inline ?? contexts.storage?.getStore() ?? contexts.inHost;
    return current?.slot === undefined ? undefined : new Context(current);
  };
  provideInlineOwner(() => (contexts.inline ?? contexts.storage?.getStore())?.worker.pools);
}

/** How a host makes the current call known while its method runs. */
export type RunInContext = (
  call: RunningCall,
  method: Method,
  instance: object,
  op: number,
  value: unknown,
) => unknown;

/** For the one worker of a thread or process, one call at a time: it stays current until the next one. */
export const runInHost: RunInContext = (call, method, instance, op, value) => {
  contexts.inHost = call;
  return invoke(method, instance, op, value);
};

/** For calls that interleave. */
export const runInAsyncContext: RunInContext = (call, method, instance, op, value) => {
  contexts.storage ??= new AsyncLocalStorage();
  const outer = contexts.inline;
  if (outer === undefined) return contexts.storage.run(call, invoke, method, instance, op, value);
  // Made by a plain method in sync mode: for as long as this one runs, that one is not the current call.
  contexts.inline = undefined;
  try {
    return contexts.storage.run(call, invoke, method, instance, op, value);
  } finally {
    contexts.inline = outer;
  }
};

/** For sync mode: a variable for plain methods; async ones go on after the caller has, so they need a context. */
export const runInline: RunInContext = (call, method, instance, op, value) => {
  if (method instanceof AsyncFunction) return runInAsyncContext(call, method, instance, op, value);
  const outer = contexts.inline;
  contexts.inline = call;
  try {
    return invoke(method, instance, op, value);
  } finally {
    contexts.inline = outer;
  }
};

/**
 * How a host runs code of its worker that belongs to no call.
 *
 * @param method What is run in the end: an async function goes on after its caller has.
 */
export type RunHook = <Result>(hook: () => Result, method?: unknown) => Result;

/** For async mode: what the code starts belongs to the worker, too. */
export function hooksInAsyncContext(pools: NestedPools): RunHook {
  const noCall: NoCall = { worker: { pools } };
  return (hook) => {
    contexts.storage ??= new AsyncLocalStorage();
    const outer = contexts.inline;
    contexts.inline = undefined;
    try {
      return contexts.storage.run(noCall, hook);
    } finally {
      contexts.inline = outer;
    }
  };
}

/** For sync mode, as with calls. */
export function hooksInline(pools: NestedPools): RunHook {
  const noCall: NoCall = { worker: { pools } };
  const inAsyncContext = hooksInAsyncContext(pools);
  return (hook, method) => {
    if (method instanceof AsyncFunction) return inAsyncContext(hook);
    const outer = contexts.inline;
    contexts.inline = noCall;
    try {
      return hook();
    } finally {
      contexts.inline = outer;
    }
  };
}
