/** Fails calls in one of several ways, in a process of its own: `node --expose-gc --import tsx failures.ts <case>`. */
import { setImmediate as turn } from "node:timers/promises";
import { RemoteFailure } from "../../../src/future/remote-failure.ts";
import { UnobservedFailures } from "../../../src/future/unobserved.ts";
import { type TestCall, testCall } from "../test-call.ts";

/** A collection that has not happened after so many turns never will. */
const MOST_TURNS = 1000;

const failures = new UnobservedFailures();
/** What must not be collected before the process ends: a local variable may be let go at its last use. */
const kept: unknown[] = [];
const warnings: unknown[] = [];
process.on("warning", (warning) => {
  const { name, message, method, worker, cause } = warning as Error & { method?: string; worker?: number };
  warnings.push({ name, message, method, worker, cause: shown(cause) });
});

function shown(value: unknown): string {
  return value instanceof Error ? String(value) : "a value that can't be shown";
}

function fail(call: TestCall, failure: unknown): void {
  call.status = "rejected";
  call.workerIndex = 2;
  failures.add(call, "embed", failure);
  call.fail(failure);
}

const remote = (text: string): RemoteFailure => new RemoteFailure(() => new RangeError(text));

/** Collects garbage until what `drop` made unreachable is gone, and its finalizers have run. */
async function collect(drop: (isGone: FinalizationRegistry<string>) => unknown): Promise<void> {
  let isGone = false;
  const registry = new FinalizationRegistry<string>(() => {
    isGone = true;
  });
  await drop(registry);
  for (let turns = 0; !isGone; turns += 1) {
    if (turns === MOST_TURNS) throw new Error("The future was never collected.");
    globalThis.gc?.();
    await turn();
  }
  globalThis.gc?.();
  await turn();
  await turn();
}

const CASES: Readonly<Record<string, () => Promise<unknown>>> = {
  async nobodyLooks() {
    const calls = [testCall(), testCall(), testCall()];
    for (const { call } of calls.slice(0, 2)) fail(call, remote("there"));
    for (const { call } of calls.slice(2)) fail(call, new Error("here"));
    kept.push(...calls);
    await turn();
  },
  async derived() {
    const { call, future } = testCall();
    void future.then((value) => value);
    fail(call, remote("there"));
    await turn();
  },
  async collected() {
    await collect((registry) => {
      const { call, future } = testCall();
      registry.register(future, "");
      fail(call, remote("too big"));
    });
  },
  async lookedAtBefore() {
    await collect(async (registry) => {
      const { call, future } = testCall();
      registry.register(future, "");
      const looked = future.catch(() => {});
      fail(call, remote("too big"));
      await looked;
    });
  },
  async lookedAtAfter() {
    await collect(async (registry) => {
      const { call, future } = testCall();
      registry.register(future, "");
      fail(call, remote("too big"));
      await turn();
      await future.catch(() => {});
    });
  },
  async cancelled() {
    await collect((registry) => {
      const { call, future } = testCall();
      registry.register(future, "");
      call.status = "cancelled";
      failures.add(call, "embed", new Error("cancelled"));
      call.fail(new Error("cancelled"), "cancelled");
    });
    failures.poolStopped();
    await turn();
  },
  async stopped() {
    const { call, future } = testCall();
    fail(call, new RangeError("too big"));
    failures.poolStopped();
    failures.poolStopped();
    kept.push(future);
    await turn();
    await turn();
  },
  async stoppedThenLookedAt() {
    const { call, future } = testCall();
    fail(call, remote("too big"));
    await Promise.resolve().then(() => failures.poolStopped());
    await future.catch(() => {});
    await turn();
  },
  async stoppedThenCollected() {
    await collect(async (registry) => {
      const { call, future } = testCall();
      registry.register(future, "");
      fail(call, remote("too big"));
      failures.poolStopped();
      await turn();
    });
  },
  async strange() {
    const { call } = testCall();
    fail(call, Object.create(null));
    failures.poolStopped();
    await turn();
    await turn();
  },
};

await CASES[process.argv[2] ?? ""]?.();
await turn();
process.stdout.write(JSON.stringify(warnings));
