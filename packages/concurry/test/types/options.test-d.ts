import { describe, expectTypeOf, test } from "vitest";
import type { Engine } from "../../src/engine/engine.ts";
import type { Pool } from "../../src/pool/pool-type.ts";
import { configure, withConfig } from "../../src/worker/config.ts";
import type { Mode, WorkerOptions } from "../../src/worker/options.ts";
import { Worker } from "../../src/worker/worker.ts";

class Embedder extends Worker {
  constructor(path: string, size?: number) {
    super();
    this.describe(path, size);
  }
  describe(path: string, size = 1): string {
    return path.repeat(size);
  }
}

declare const mode: Mode;
declare const engine: Engine;

test("init takes the arguments of the constructor and gives the pool of the class", () => {
  const builder = Embedder.options({ mode: "thread" });
  expectTypeOf(builder.init).parameters.toEqualTypeOf<[path: string, size?: number | undefined]>();
  expectTypeOf(builder.init).returns.toEqualTypeOf<Pool<Embedder>>();
  void function neverCalled(): void {
    // @ts-expect-error: an argument is missing
    builder.init();
    // @ts-expect-error: an argument of the wrong type
    builder.init(1);
    // @ts-expect-error: one too many
    builder.init("a", 1, 2);
  };
});

describe("options", () => {
  test("unknown ones and wrong values are refused", () => {
    void function neverCalled(): void {
      Embedder.options();
      Embedder.options({ mode: engine, maxWorkers: 4, actorOptions: { num_cpus: 1 } });
      // @ts-expect-error: an option that there isn't
      Embedder.options({ mode: "thread", maxWorker: 4 });
      // @ts-expect-error: a mode that there isn't
      Embedder.options({ mode: "threads" });
      // @ts-expect-error: a balancer that there isn't
      Embedder.options({ mode: "thread", loadBalancing: "fair" });
      // @ts-expect-error: a number or "auto"
      Embedder.options({ mode: "thread", maxWorkers: "many" });
      // @ts-expect-error: false or limits
      Embedder.options({ mode: "thread", restart: true });
    };
  });

  test("where workers share the caller's thread there is one", () => {
    void function neverCalled(): void {
      Embedder.options({ mode: "sync", maxWorkers: 1 });
      Embedder.options({ mode: "process", maxWorkers: "auto" });
      Embedder.options({ mode, maxWorkers: 4 });
      // @ts-expect-error: one worker in sync mode
      Embedder.options({ mode: "sync", maxWorkers: 4 });
      // @ts-expect-error: one worker in async mode
      Embedder.options({ mode: "async", maxWorkers: "auto" });
    };
  });

  test("they may be kept in a variable", () => {
    const options: WorkerOptions = { mode: "thread", maxWorkers: 4 };
    expectTypeOf(() => Embedder.options(options).init("a")).returns.toEqualTypeOf<Pool<Embedder>>();
  });
});

describe("classes that no pool can be made of", () => {
  test("those with a method of a reserved name", () => {
    class Stops extends Worker {
      stop(): void {}
    }
    class Thens extends Worker {
      // biome-ignore lint/suspicious/noThenProperty: that it is refused is what is tested.
      then(): void {}
    }
    class Jsons extends Worker {
      toJSON(): string {
        return "";
      }
    }
    class Resizes extends Worker {
      resize(): void {}
    }
    void function neverCalled(): void {
      // @ts-expect-error: "stop" is a member of every pool
      Stops.options({ mode: "sync" });
      // @ts-expect-error: a pool is no promise
      Thens.options({ mode: "sync" });
      // @ts-expect-error: a pool has no JSON
      Jsons.options({ mode: "sync" });
      // @ts-expect-error: "resize" is a member of every pool
      Resizes.options({ mode: "sync" });
    };
  });

  test("Worker itself and abstract classes", () => {
    abstract class Half extends Worker {
      abstract missing(): void;
    }
    void function neverCalled(): void {
      // @ts-expect-error: abstract
      Worker.options({ mode: "sync" });
      // @ts-expect-error: abstract
      Half.options({ mode: "sync" });
      // @ts-expect-error: abstract
      new Worker();
    };
  });
});

test("a subclass may have a config, a module and any of the optional members", () => {
  class Configured extends Worker {
    static readonly config: WorkerOptions = { mode: "thread" };
    static readonly module = import.meta.url;
    healthCheck(): Promise<boolean> {
      return Promise.resolve(true);
    }
    async [Symbol.asyncDispose](): Promise<void> {}
  }
  expectTypeOf(() => Configured.options().init()).returns.toEqualTypeOf<Pool<Configured>>();
  expectTypeOf(Configured.isHost).toEqualTypeOf<boolean>();
});

test("mixins and subclasses of subclasses keep their methods", () => {
  // biome-ignore lint/suspicious/noExplicitAny: TypeScript wants it of a mixin.
  const Counting = <Base extends abstract new (...values: any[]) => Worker>(base: Base) => {
    abstract class Counted extends base {
      count(): number {
        return 1;
      }
    }
    return Counted;
  };
  class Mixed extends Counting(Embedder) {
    extra(): string {
      return "";
    }
  }
  const make = () => Mixed.options({ mode: "sync" }).init("a");
  expectTypeOf<keyof Pick<ReturnType<typeof make>, "count" | "extra" | "describe">>().toEqualTypeOf<
    "count" | "extra" | "describe"
  >();
});

test("configuration is by mode or for all", () => {
  void function neverCalled(): void {
    configure({ thread: { maxWorkers: 8 }, defaults: { mode: "thread", startTimeoutMs: 30_000 } });
    expectTypeOf(withConfig({ process: { env: { A: "1" } } }, async () => 1)).toEqualTypeOf<
      Promise<number>
    >();
    // @ts-expect-error: one worker in sync mode
    configure({ sync: { maxWorkers: 2 } });
    // @ts-expect-error: a mode that there isn't
    configure({ threads: {} });
    // @ts-expect-error: the module belongs to one class
    configure({ defaults: { module: "a.js" } });
  };
});
