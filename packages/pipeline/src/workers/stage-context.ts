import { isPlainObject, show } from "concurry/internal";
import type { ElementIndex } from "../elements/element-index.ts";
import type { ContextName, Resources, WorkerInfo } from "../options/stage-options.ts";

/** Who makes the signal of a call, on first use: most functions never ask. */
interface SignalSource {
  readonly signal: AbortSignal;
  abort?(reason: unknown): void;
}

let abort: (context: StageContext, reason: unknown) => void;

/** What a stage's function gets besides its value. Resources are on the prototype of a subclass. */
export class StageContext {
  readonly index: ElementIndex;
  readonly worker: WorkerInfo;
  #source: SignalSource | undefined;

  /** @param source The call of a worker that is in charge of the signal; by default it is the context's own. */
  constructor(index: ElementIndex, worker: WorkerInfo, source?: SignalSource) {
    this.index = index;
    this.worker = worker;
    this.#source = source;
  }

  static {
    abort = (context, reason) => {
      if (context.#source === undefined) context.#source = abortedBy(reason);
      else context.#source.abort?.(reason);
    };
  }

  get signal(): AbortSignal {
    this.#source ??= new AbortController();
    return this.#source.signal;
  }
}

/** Makes the contexts of one worker. */
export type ContextClass = typeof StageContext;

const OWN_NAMES: readonly ContextName[] = ["index", "worker", "signal"];

/**
 * What `onStart` has returned, if that will do.
 *
 * @throws {TypeError} For what is no plain object, or has a name that a context needs for itself.
 */
export function checkResources(value: unknown): Resources | undefined {
  if (value === undefined) return undefined;
  // Entries are all that a context takes over: the methods of an instance would be missing.
  if (!isPlainObject(value))
    throw new TypeError(`onStart must return a plain object or nothing, got ${show(value)}`);
  const taken = OWN_NAMES.find((name) => Object.hasOwn(value, name));
  if (taken !== undefined)
    throw new TypeError(`onStart returned a resource named "${taken}", which is a name of the context's own`);
  return value;
}

/** The contexts that have these resources. */
export function contextClass(resources: Resources | undefined): ContextClass {
  if (resources === undefined) return StageContext;
  const entries = Object.getOwnPropertyDescriptors(resources);
  class ResourceContext extends StageContext {}
  Object.defineProperties(ResourceContext.prototype, entries);
  return ResourceContext;
}

/** Aborts the signal of a call, which its function may still ask for. */
export function abortContext(context: StageContext, reason: unknown): void {
  abort(context, reason);
}

/** Makes the signal of a call that was aborted before its function asked. */
function abortedBy(reason: unknown): SignalSource {
  let signal: AbortSignal | undefined;
  return {
    get signal() {
      signal ??= AbortSignal.abort(reason);
      return signal;
    },
  };
}
