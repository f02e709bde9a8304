import { Worker } from "concurry";

/** Forgets leases. */
export class Leaky extends Worker {
  async forget(): Promise<void> {
    await this.limits.acquire({ connections: 1 });
  }

  /** Lets the event loop turn, then has the garbage collected; true when that could be asked for. */
  async collect(): Promise<boolean> {
    await new Promise((resolve) => setImmediate(resolve));
    (globalThis as { gc?: () => void }).gc?.();
    return "gc" in globalThis;
  }
}
