import type { ChildProcess } from "node:child_process";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { Worker as Thread } from "node:worker_threads";
import type { StopOptions } from "concurry";
import { afterEach, expect, test, vi } from "vitest";

/** Every mode that the package brings. */
export const MODES = ["sync", "async", "thread", "process"] as const;
/** Those whose workers run beside the caller. */
export const HOSTED = ["thread", "process"] as const;

// Far above any real wait: only a hang reaches it.
const HANG_MS = 20_000;
const LOOK_EVERY_MS = 1;

interface Stoppable {
  stop(options?: StopOptions): Promise<void>;
}

/** Gives a function that takes pools to be stopped after the test that made them, however it ends. */
export function stoppedAfterEach(): <P extends Stoppable>(pool: P) => P {
  const pools: Stoppable[] = [];
  afterEach(async () => {
    await Promise.all(pools.splice(0).map((pool) => pool.stop({ mode: "cancel" })));
  });
  return (pool) => {
    pools.push(pool);
    return pool;
  };
}

/** Waits until something is true; fails when it never is. */
export function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  return vi.waitFor(async () => expect(await isSo()).toBe(true), {
    timeout: HANG_MS,
    interval: LOOK_EVERY_MS,
  });
}

/** What a promise is rejected with. */
export function errorOf(promise: PromiseLike<unknown>): Promise<Error & Record<string, unknown>> {
  return Promise.resolve(promise).then(
    (value) => {
      throw new Error(`It was fulfilled, with ${JSON.stringify(value)}.`);
    },
    (error: unknown) => error as Error & Record<string, unknown>,
  );
}

/** Warnings of the process while a function runs, and until the one that it waits for has come. */
export async function warningsDuring(run: () => unknown, name: string): Promise<Error[]> {
  const warnings: Error[] = [];
  const listen = (warning: Error): void => void warnings.push(warning);
  process.on("warning", listen);
  try {
    await run();
    await until(() => warnings.some((warning) => warning.name === name));
  } finally {
    process.off("warning", listen);
  }
  return warnings;
}

/** Adds the last test of a file: no thread and no process that the tests started is left. */
export function nothingIsLeft(): void {
  const threads: Thread[] = [];
  const children: ChildProcess[] = [];
  const onThread = (message: unknown): void => void threads.push((message as { worker: Thread }).worker);
  const onChild = (message: unknown): void =>
    void children.push((message as { process: ChildProcess }).process);
  subscribe("worker_threads", onThread);
  subscribe("child_process", onChild);
  test("nothing is left: no thread, no process", () => {
    unsubscribe("worker_threads", onThread);
    unsubscribe("child_process", onChild);
    const living = threads.filter(({ threadId }) => threadId !== -1);
    const running = children.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null);
    expect([...living, ...running]).toEqual([]);
  });
}
