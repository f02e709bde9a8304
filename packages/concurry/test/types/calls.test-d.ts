import { expectTypeOf, test } from "vitest";
import type { Future } from "../../src/future/future.ts";
import type { CallOptions } from "../../src/pool/call-options.ts";
import type { Pool, PoolMethods } from "../../src/pool/pool-type.ts";
import type { RetryOptions } from "../../src/retry/retry-options.ts";
import { Worker } from "../../src/worker/worker.ts";

class Job extends Worker {
  status(id: string): Promise<"pending" | "done"> {
    return Promise.resolve(id === "" ? "pending" : "done");
  }
}

class BusyError extends Error {
  readonly seconds: number;
  constructor(seconds: number, options: ErrorOptions) {
    super("busy", options);
    this.seconds = seconds;
  }
}

declare const pool: Pool<Job>;

test("with() gives the methods of the class, and nothing else of the pool", () => {
  expectTypeOf(pool.with({})).toEqualTypeOf<PoolMethods<Job>>();
  expectTypeOf(pool.with({ timeoutMs: 1 }).status("a")).toEqualTypeOf<Future<"pending" | "done">>();
  // @ts-expect-error: not a pool
  pool.with({}).stop();
});

test("call options are typed", () => {
  const { signal } = new AbortController();
  const bytes = new ArrayBuffer(1);
  const all = {
    signal,
    timeoutMs: 1,
    graceMs: 0,
    priority: -1,
    transfer: [bytes],
    key: 7,
    retry: false,
  } as const;
  expectTypeOf(all).toExtend<CallOptions>();
  // @ts-expect-error: no such option
  pool.with({ timeout: 1 });
  // @ts-expect-error: a key is a string or a number
  pool.with({ key: {} });
  // @ts-expect-error: views don't move, their buffers do
  pool.with({ transfer: [new Uint8Array(1)] });
});

test("retry.on takes classes, whatever their constructors want, and predicates", () => {
  const retry: RetryOptions = {
    on: [
      BusyError,
      TypeError,
      (error, { attempt, method, callId }) => {
        expectTypeOf(error).toBeUnknown();
        expectTypeOf([attempt, callId]).toEqualTypeOf<number[]>();
        expectTypeOf(method).toBeString();
        return error instanceof BusyError && error.seconds < 10;
      },
    ],
  };
  expectTypeOf(retry).toExtend<RetryOptions>();
  expectTypeOf<{ on: typeof BusyError }>().toExtend<RetryOptions>();
  // @ts-expect-error: not an error class
  pool.with({ retry: { on: Map } });
  // @ts-expect-error: a predicate answers yes or no
  pool.with({ retry: { on: () => "yes" } });
});

test("retry.until takes predicates of the result", () => {
  pool.with({ retry: { until: (status: "pending" | "done") => status === "done" } });
  pool.with({ retry: { until: [(status: string, { attempt }) => attempt > 1 || status === "done"] } });
  // @ts-expect-error: a predicate answers yes or no
  pool.with({ retry: { until: () => 1 } });
});

test("retry options know the algorithms, and rules for methods", () => {
  pool.with({ retry: { algorithm: "fibonacci", methods: { status: false } } });
  // @ts-expect-error: no such algorithm
  pool.with({ retry: { algorithm: "quadratic" } });
  // @ts-expect-error: false or options
  pool.with({ retry: { methods: { status: true } } });
});
