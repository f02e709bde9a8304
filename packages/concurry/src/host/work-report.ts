import { AS_NUMBER } from "../protocol/encode.ts";
import { RECORD_HEAP, RECORD_LOOP, RECORD_WORK, WORK_CALLS } from "../protocol/frame.ts";
import type { Outbox } from "../protocol/outbox.ts";

// A record makes a message longer, which a lone call feels: it waits until there is something to tell.
const MANY_CALLS = 16;
const MUCH_WORK_MS = 0.2;
const OVERDUE_MS = 10;
const FIGURES_EVERY_MS = 500; // Reading the heap takes a few microseconds: not with every reply.

/** Adds up how long the calls of each method took, and tells the pool with the next replies. */
export class WorkReport {
  readonly #calls: Int32Array;
  readonly #busyMs: Float64Array;
  readonly #touched: number[] = [];
  #loop = performance.eventLoopUtilization();
  #figuresAt: number = Number.NEGATIVE_INFINITY;
  #reportedAt = 0;
  #pendingCalls = 0;
  #pendingMs = 0;

  constructor(methodCount: number) {
    this.#calls = new Int32Array(methodCount);
    this.#busyMs = new Float64Array(methodCount);
  }

  add(methodIndex: number, busyMs: number): void {
    const calls = this.#calls[methodIndex] as number;
    if (calls === 0) this.#touched.push(methodIndex);
    this.#calls[methodIndex] = calls + 1;
    this.#busyMs[methodIndex] = (this.#busyMs[methodIndex] as number) + busyMs;
    this.#pendingCalls += 1;
    this.#pendingMs += busyMs;
  }

  /** True when the pool would learn enough from a report to be worth its bytes. */
  isDue(now: number): boolean {
    if (this.#pendingCalls === 0) return false;
    const hasMuch = this.#pendingCalls >= MANY_CALLS || this.#pendingMs >= MUCH_WORK_MS;
    return hasMuch || now - this.#reportedAt >= OVERDUE_MS;
  }

  /** Puts what has come together since the last time. */
  putInto(outbox: Outbox, now: number): void {
    this.#pendingCalls = 0;
    this.#pendingMs = 0;
    for (const index of this.#touched) {
      const calls = this.#calls[index] as number;
      outbox.put(0, RECORD_WORK + index + WORK_CALLS * calls, AS_NUMBER, this.#busyMs[index]);
      this.#calls[index] = 0;
      this.#busyMs[index] = 0;
    }
    this.#touched.length = 0;
    this.#reportedAt = now;
    if (now - this.#figuresAt >= FIGURES_EVERY_MS) this.#putFigures(outbox, now);
  }

  #putFigures(outbox: Outbox, now: number): void {
    this.#figuresAt = now;
    const loop = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(loop, this.#loop);
    this.#loop = loop;
    outbox.put(0, RECORD_HEAP, AS_NUMBER, process.memoryUsage().heapUsed);
    outbox.put(0, RECORD_LOOP, AS_NUMBER, utilization);
  }
}
