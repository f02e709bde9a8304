import { show } from "concurry/internal";
import type { ElementIndex } from "../elements/element-index.ts";
import type { ContextName, Resources, WorkerInfo } from "../options/stage-options.ts";

let abort: (context: StageContext, reason: unknown) => void;

/** What a stage's function gets besides its value. Resources are on the prototype of a subclass. */
export class StageContext {
  readonly index: ElementIndex;
  readonly worker: WorkerInfo;
  #controller: AbortController | undefined;
  #abortedBy: { readonly reason: unknown } | undefined;

  constructor(index: ElementIndex, worker: WorkerInfo) {
    this.index = index;
    this.worker = worker;
  }

  static {
    abort = (context, reason) => {
      context.#abortedBy = { reason };
      context.#controller?.abort(reason);
    };
  }

  /** Made on first use: most functions never ask. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#abortedBy !== undefined) this.#controller.abort(this.#abortedBy.reason);
    }
    return this.#controller.signal;
  }
}

/** Makes the contexts of one worker. */
export type ContextClass = new (index: ElementIndex, worker: WorkerInfo) => StageContext;

const OWN_NAMES: readonly ContextName[] = ["index", "worker", "signal"];

/**
 * What `onStart` has returned, if that will do.
 *
 * @throws {TypeError} For what is no object, or has a name that a context needs for itself.
 */
export function checkResources(value: unknown): Resources | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== "object" || value === null)
    throw new TypeError(`onStart must return a plain object or nothing, got ${show(value)}`);
  const taken = OWN_NAMES.find((name) => Object.hasOwn(value, name));
  if (taken !== undefined)
    throw new TypeError(`onStart returned a resource named "${taken}", which is a name of the context's own`);
  return value as Resources;
}

/** The contexts that have these resources. */
export function contextClass(resources: Resources | undefined): ContextClass {
  if (resources === undefined) return StageContext;
  const entries = Object.getOwnPropertyDescriptors(resources);
  class ResourceContext extends StageContext {}
  Object.defineProperties(ResourceContext.prototype, entries);
  return ResourceContext;
}

/** Aborts the signal of a call, if its function asked for it, or as soon as it does. */
export function abortContext(context: StageContext, reason: unknown): void {
  abort(context, reason);
}
