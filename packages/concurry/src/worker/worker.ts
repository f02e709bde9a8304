import type { Engine } from "../engine/engine.ts";
import type { Limits } from "../limits/limits.ts";
import type { PoolMethods } from "../pool/pool-type.ts";
import { realm } from "../protocol/realm.ts";
import type { WorkerClass } from "../protocol/worker-class.ts";
import { buildPool, type PoolBuilder, type WithoutReservedNames } from "./builder.ts";
import { withDefinitionSites } from "./definition-site.ts";
import { type MethodRef, methodRef } from "./method-ref.ts";
import type { Mode, WorkerOptions } from "./options.ts";
import { workerLimits } from "./worker-limits.ts";

/** The class behind `Worker`; the framework itself uses this one. */
abstract class WorkerBase {
  readonly #limits: Limits = workerLimits();

  constructor() {
    if (new.target === WorkerBase) {
      throw new TypeError("Worker itself can't be constructed: write a class that extends it.");
    }
  }

  /**
   * The limits of the pool, shared by all its workers in whatever mode; without limits everything is granted at once.
   * May be used in the constructor, after `super()`, and be passed on as `limits` of a pool inside the worker.
   *
   * @example
   * class Writer extends Worker {
   *   write(): Promise<number> {
   *     return this.limits.use({ tokens: 100 }, async (lease) => {
   *       const used = await send();
   *       lease.update({ tokens: used });
   *       return used;
   *     });
   *   }
   * }
   */
  get limits(): Limits {
    return this.#limits;
  }

  /** True in code that a worker loads, false in the program itself: `if (!Worker.isHost) main();` */
  static get isHost(): boolean {
    return realm().isHost;
  }

  /**
   * Checks every option and starts nothing; `init` of what it returns starts the workers.
   *
   * @param options May be left out when `static config` of the class or `configure` gives the mode.
   * @returns A builder; its `init` takes the arguments of the constructor and returns the pool.
   * @throws {TypeError} When the class can't be put in a pool, or an option is missing, unknown or of the wrong type.
   * @throws {RangeError} When an option is out of range.
   * @example
   * const pool = Embedder.options({ mode: "process", maxWorkers: "auto" }).init("./model.bin");
   */
  static options<C extends new (...values: never[]) => WorkerBase, M extends Mode | Engine>(
    this: C & WithoutReservedNames<C>,
    options?: WorkerOptions<M>,
  ): PoolBuilder<InstanceOf<C>, ArgumentsOf<C>> {
    // biome-ignore lint/complexity/noThisInStatic: every subclass inherits this; `this` is the class asked.
    return buildPool(this as WorkerClass, options) as PoolBuilder<InstanceOf<C>, ArgumentsOf<C>>;
  }

  /**
   * A reference to one method, for the stages of a pipeline.
   *
   * @param name Of a public method; it gets one value.
   * @param constructorArguments For the workers that the stage starts. Left out where a pool is given.
   * @throws {TypeError} When the class has no such method.
   * @example
   * pipeline(rows).map(Model.method("predict", "./model.bin"), { mode: "thread", workers: 4 });
   */
  static method<C extends new (...values: never[]) => WorkerBase, Name extends MethodOf<C>>(
    this: C,
    name: Name,
    ...constructorArguments: ArgumentsOf<C> | readonly []
  ): SignatureOf<C, Name> {
    // biome-ignore lint/complexity/noThisInStatic: every subclass inherits this; `this` is the class asked.
    return methodRef(this as unknown as WorkerClass, name, constructorArguments) as SignatureOf<C, Name>;
  }
}

/** The public methods of a class, as a pool has them. */
type MethodOf<C> = keyof PoolMethods<InstanceOf<C>> & string;
type SignatureOf<C, Name extends string> =
  InstanceOf<C> extends {
    readonly [Key in Name]: (...values: infer Values) => infer Result;
  }
    ? MethodRef<Values extends readonly [] ? unknown : Values[0], Awaited<Result>>
    : never;
type InstanceOf<C> = C extends new (...values: never[]) => infer T ? (T extends object ? T : never) : never;
type ArgumentsOf<C> = C extends new (...values: infer Arguments) => unknown ? Arguments : never;

/**
 * Base of all workers: extend it, and `options(…).init(…)` of your class makes a pool with the methods of your class.
 *
 * Public methods are those of the prototypes, except names that start with `_`; getters, symbols and functions in
 * fields are none. A class may have, besides them:
 *
 * - `onStart()`: runs after the constructor and is awaited before the first call.
 * - `onStop()`: runs on a drained stop after the last call, and is awaited. `[Symbol.asyncDispose]()` and
 *   `[Symbol.dispose]()` serve as well.
 * - `healthCheck()`: says, or throws, how the worker is; an ordinary method, too.
 * - `static config`: options for its pools (a {@link WorkerOptions}); weaker than those given to `options()`.
 * - `static module = import.meta.url` (CommonJS: `__filename`): its module, for loaders where it can't be found.
 *
 * The last two count for the class itself, not for its subclasses.
 *
 * @example
 * export class Greeter extends Worker {
 *   greet(name: string): string {
 *     return `Hello ${name}`;
 *   }
 * }
 *
 * const pool = Greeter.options({ mode: "thread", maxWorkers: 2 }).init();
 * console.log(await pool.greet("Ada"));
 * await pool.stop();
 */
export const Worker: typeof WorkerBase = withDefinitionSites(WorkerBase);
/** An instance of a class that extends `Worker`. */
export type Worker = WorkerBase;
