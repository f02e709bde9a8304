import type { PoolCore } from "./pool.ts";
import { type MethodsObject, methodsObjectFor } from "./pool-class.ts";
import type { WorkerClass } from "./resolved-options.ts";
import type { WorkerHandle } from "./worker-handle.ts";

/** `pool.workers`: for each place an object with the methods of the class, whose calls go there. */
export class WorkerList {
  readonly #workerClass: WorkerClass;
  readonly #pool: PoolCore;
  readonly #objects = new WeakMap<WorkerHandle, MethodsObject>();
  #list: readonly MethodsObject[] = [];
  #last: WorkerHandle | undefined;

  constructor(workerClass: WorkerClass, pool: PoolCore) {
    this.#workerClass = workerClass;
    this.#pool = pool;
  }

  /** Where each call has a worker of its own, there is none that one could call. */
  get(): readonly MethodsObject[] {
    const { places, options } = this.#pool;
    const { handles } = places;
    if (options.onDemand) return this.#list;
    // Places come and go at the end only.
    if (handles.length !== this.#list.length || handles.at(-1) !== this.#last) {
      this.#list = handles.map((handle) => this.#objectFor(handle));
      this.#last = handles.at(-1);
    }
    return this.#list;
  }

  #objectFor(handle: WorkerHandle): MethodsObject {
    const known = this.#objects.get(handle);
    if (known !== undefined) return known;
    const pool = this.#pool;
    const made = methodsObjectFor(this.#workerClass, pool.options.methods, {
      call: (methodIndex, args) => pool.request(methodIndex, args, handle, undefined),
      stream: (methodIndex, args) => pool.stream(methodIndex, args, handle),
    });
    this.#objects.set(handle, made);
    return made;
  }
}
